/** What a file's lines become: NDJSON and CSV in any pieces, columns, keys. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consentItem } from "../../../functions/api/consent-request.ts";
import { sendRequest } from "../../../functions/ingest/request.ts";
import { readCsv as readCsvOf } from "../../../infra/commands/send/csv.ts";
import {
  consentFields,
  type FileFields,
  messageFields,
  readHeader,
  readRules,
  toFields,
} from "../../../infra/commands/send/csv-columns.ts";
import { type Line, maxMessageBytes, toEntry } from "../../../infra/commands/send/message.ts";
import { readSniffing } from "../../../infra/commands/send/message-file.ts";
import { maxLineBytes, readNdjson } from "../../../infra/commands/send/ndjson.ts";

type Read = (chunks: AsyncIterable<Buffer>) => AsyncIterable<Line>;

async function* inPieces(bytes: Buffer, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
const readAll = async (read: Read, text: string | Buffer, size = 64) => {
  const lines: Line[] = [];
  for await (const line of read(inPieces(Buffer.from(text), size))) lines.push(line);
  return lines;
};
const contentsOf = async (read: Read, text: string | Buffer, size?: number) =>
  (await readAll(read, text, size)).map(({ number, content }) =>
    "fields" in content ? [number, content.fields] : [number, content.fault.code],
  );

describe("NDJSON", () => {
  it("NDJSON is read the same in pieces of any size", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ body: fc.string({ unit: "grapheme" }) })),
        fc.constantFrom("\n", "\r\n", "\n\n"),
        fc.integer({ min: 1, max: 40 }),
        async (messages, newline, size) => {
          const text = messages.map((message) => JSON.stringify(message)).join(newline);
          const lines = await readAll(readNdjson, text, size);
          expect(lines.map(({ content }) => content)).toEqual(messages.map((fields) => ({ fields })));
          if (messages.length > 0) expect(lines.at(-1)?.endByte).toBe(Buffer.byteLength(text));
        },
      ),
    ));

  it("a line that is not a message is reported by its number", async () => {
    const latin1 = Buffer.from('{"body":"Größe"}\n', "latin1");
    const text = Buffer.concat([Buffer.from('\uFEFF{"body":"a"}\n\n12\n{"b\n'), latin1]);
    expect(await contentsOf(readNdjson, text)).toEqual([
      [1, { body: "a" }],
      [3, "wrong_type"],
      [4, "not_json"],
      [5, "not_utf8"],
    ]);
  });

  it("a line that is longer than any message is skipped, and not held in memory", async () => {
    const text = `{"body":"${"x".repeat(maxLineBytes)}"}\n{"body":"a"}\n`;
    expect(await contentsOf(readNdjson, text, 65_536)).toEqual([
      [1, "too_long"],
      [2, { body: "a" }],
    ]);
  });
});

const readCsv: Read = (chunks) => readCsvOf(chunks, messageFields);
const sniff: Read = (chunks) => readSniffing(chunks, messageFields);

describe("CSV", () => {
  it("CSV is read the same in pieces of any size", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: fc.constantFrom("a", "ü", '"', ",", ";", "\n", "\r\n", " "), minLength: 1 }),
        ),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 1, max: 40 }),
        async (bodies, newline, size) => {
          const cells = bodies.map((body) => `"${body.replaceAll('"', '""')}",sms`);
          const text = ["body,rules", ...cells].join(newline);
          const contents = (await readAll(readCsv, text, size)).map(({ content }) => content);
          expect(contents).toEqual(bodies.map((body) => ({ fields: { body, rules: ["sms"] } })));
        },
      ),
    ));

  it("a row's number is the line on which it begins", async () => {
    const text = 'body\r\n"a\r\nb\r\n"\r\n\r\nc\r\nd\r\n';
    expect((await readAll(readCsv, text)).map(({ number }) => number)).toEqual([2, 6, 7]);
  });

  it("a row with too many or too few cells is refused, and no other", async () => {
    expect(await contentsOf(readCsv, "body,rules\na,sms\nb\nc,sms,x\nd,sms\n")).toEqual([
      [2, { body: "a", rules: ["sms"] }],
      [3, "columns"],
      [4, "columns"],
      [5, { body: "d", rules: ["sms"] }],
    ]);
  });

  describe("as programs write it", () => {
    const utf16 = (text: string, bigEndian = false) => {
      const bytes = Buffer.from(text, "utf16le");
      return bigEndian ? bytes.swap16() : bytes;
    };
    const encodings: Record<string, (text: string) => Buffer> = {
      "UTF-8": (text) => Buffer.from(text),
      "UTF-8 with a byte order mark": (text) => Buffer.from(`\uFEFF${text}`),
      "UTF-16LE": (text) => utf16(text),
      "UTF-16LE with a byte order mark": (text) => utf16(`\uFEFF${text}`),
      "UTF-16BE": (text) => utf16(text, true),
      "UTF-16BE with a byte order mark": (text) => utf16(`\uFEFF${text}`, true),
    };

    it.each(Object.entries(encodings))(
      "%s, whatever separates cells and ends lines",
      async (name, encode) => {
        for (const delimiter of [",", ";", "\t"])
          for (const lineEnd of ["\n", "\r\n", "\r"])
            for (const sep of ["", `sep=${delimiter}${lineEnd}`])
              for (const size of [1, 7, 65_536]) {
                const rows = [
                  ["to.phoneNumber", "body"],
                  ["+1", '"Größe, 5; or\t6 😀"'],
                  ["+2", "b"],
                ];
                const text = `${sep}${rows.map((row) => row.join(delimiter)).join(lineEnd)}${lineEnd}`;
                const lines = await readAll(readCsv, encode(text), size);
                const first = sep === "" ? 2 : 3;
                expect(
                  lines.map(({ number, content }) => ({ number, content })),
                  JSON.stringify([name, delimiter, lineEnd, sep, size]),
                ).toEqual([
                  {
                    number: first,
                    content: { fields: { to: { phoneNumber: "+1" }, body: "Größe, 5; or\t6 😀" } },
                  },
                  { number: first + 1, content: { fields: { to: { phoneNumber: "+2" }, body: "b" } } },
                ]);
                expect(lines.at(-1)?.endByte).toBe(encode(text).length);
              }
      },
    );

    it("what was found out is said, unless it is UTF-8 with commas", async () => {
      const saidOf = async (bytes: Buffer) => {
        const said: string[] = [];
        for await (const _ of readCsvOf(inPieces(bytes, 64), messageFields, (text) => said.push(text)));
        return said;
      };
      expect(await saidOf(Buffer.from("body,rules\na,sms\n"))).toEqual([]);
      expect(await saidOf(utf16("\uFEFFbody;rules\ra;sms\r", true))).toEqual([
        "read as CSV in UTF-16BE, cells separated by semicolons, lines that end with CR",
      ]);
    });

    it("rows without anything in them, and empty cells and columns at the end, are passed over", async () => {
      expect(
        await contentsOf(readCsv, "body,rules,,\na,sms,,\n,,,\n , ,,\nb,sms\nc,sms,,,,\nd,sms,x,\n"),
      ).toEqual([
        [2, { body: "a", rules: ["sms"] }],
        [5, { body: "b", rules: ["sms"] }],
        [6, { body: "c", rules: ["sms"] }],
        [7, "columns"],
      ]);
    });

    it("a row that is no message keeps its cells, for the file of failures", async () => {
      const [line] = await readAll(readCsv, "to.phoneNumber,body\n+1,Hello, Anna\n");
      const entry = line && toEntry(line, 1, "a.csv", {});
      expect(entry).toMatchObject({ line: 2, row: ["+1", "Hello", " Anna"] });
    });
  });

  it("a stray quote is taken as text, and reading stops only where a quote is never closed", async () => {
    expect(await contentsOf(readCsv, 'body\n"a"b\nc"d\n"e\nf\ng')).toEqual([
      [2, { body: '"a"b' }],
      [3, { body: 'c"d' }],
      [4, "not_csv"],
    ]);
    const endless = `body\na\n"${"x\n".repeat(maxLineBytes)}`;
    expect(await contentsOf(readCsv, endless, 65_536)).toEqual([
      [2, { body: "a" }],
      [3, "not_csv"],
    ]);
  });

  it("a cell in another encoding is refused, so that nobody gets replacement characters", async () => {
    expect(await contentsOf(readCsv, Buffer.from("body\nGröße\n", "latin1"))).toEqual([[2, "not_utf8"]]);
  });

  it.each([
    ["to", "is no field of a message"],
    ["to.", "is no field of a message"],
    ["body.sms", "is no field of a message"],
    ["phoneNumber", "is no field of a message"],
    ["metadata.__proto__.a", "is no field of a message"],
    ["metadata.a\tbody", "is no field of a message"],
    ["", "is no field of a message"],
    ["metadata.order", 'is used twice, or conflicts with the earlier column "metadata.order"'],
    ["metadata.order.number", 'is used twice, or conflicts with the earlier column "metadata.order"'],
  ])("the column %j is refused", (name, fault) => {
    expect(() => readHeader(["metadata.order", name], messageFields)).toThrow(`"${name}", ${fault}`);
  });

  it("media and buttons are JSON in a cell, and what is no JSON stays as it is", () => {
    const columns = readHeader(["media", "buttons", "mustHave"], messageFields);
    expect(toFields(columns, ['[{"url": "https://a.example"}]', "Yes", "media buttons"])).toEqual({
      fields: { media: [{ url: "https://a.example" }], buttons: "Yes", mustHave: ["media", "buttons"] },
    });
  });

  it("every field of a message and of a consent can be a column", () => {
    const names = ({ text, object }: FileFields) => [...text, ...object].sort();
    expect(names(messageFields)).toEqual(Object.keys(sendRequest.entries).sort());
    expect(names(consentFields)).toEqual(Object.keys(consentItem.entries).sort());
  });
});

it("NDJSON and CSV are recognized by their first character", async () => {
  expect(await contentsOf(sniff, '\n \n{"body":"a"}', 1)).toEqual([[3, { body: "a" }]]);
  expect(await contentsOf(sniff, "\uFEFFbody\na", 1)).toEqual([[2, { body: "a" }]]);
  expect(await contentsOf(sniff, " \n")).toEqual([]);
});

it("rules in a cell are separated by spaces or bars", () => {
  expect(readRules(" fbMessenger  sms|whatsApp ")).toEqual(["fbMessenger", "sms", "whatsApp"]);
  expect(readRules(" sms")).toEqual(["sms"]);
  expect(readRules(" alerts ")).toBe("alerts");
});

describe("an entry to be sent", () => {
  const entryOf = (fields: Record<string, unknown>, number = 1, file = "a.csv", defaults = {}) =>
    toEntry({ number, endByte: 0, content: { fields } }, 1, file, defaults);
  const keyOf = (...args: Parameters<typeof entryOf>) => {
    const entry = entryOf(...args);
    return "faults" in entry ? undefined : entry.idempotencyKey;
  };

  it("an entry has the defaults for what its line does not have", () => {
    const defaults = { rules: ["sms"], body: "Hello" };
    expect(entryOf({ body: "Own" }, 1, "a", defaults)).toMatchObject({
      message: { body: "Own", rules: ["sms"] },
    });
    expect(entryOf({ rules: ["a"] }, 1, "a", defaults)).toMatchObject({
      message: { body: "Hello", rules: ["a"] },
    });
  });

  it("an entry keeps its own idempotency key, and neither the key nor the last error is sent in the message", () => {
    expect(entryOf({ body: "a", idempotencyKey: "k", _error: { line: 1 } })).toMatchObject({
      idempotencyKey: "k",
      message: { body: "a" },
      json: '{"body":"a"}',
    });
  });

  it("an entry's idempotency key comes from its file, line and content, and is the same each time", () => {
    expect(keyOf({ body: "a" })).toBe(keyOf({ body: "a" }));
    expect(keyOf({ body: "a" })).not.toBe(keyOf({ body: "b" }));
    expect(keyOf({ body: "a" })).not.toBe(keyOf({ body: "a" }, 2));
    expect(keyOf({ body: "a" })).not.toBe(keyOf({ body: "a" }, 1, "b.csv"));
  });

  it.each([
    ["no message", { _error: { line: 7 } }, "no_message"],
    ["a key that is a number", { body: "a", idempotencyKey: 1 }, "invalid"],
    ["a key of 256 characters", { body: "a", idempotencyKey: "k".repeat(256) }, "invalid"],
    ["a message over 1 MiB", { body: "ü".repeat(maxMessageBytes / 2) }, "too_long"],
  ])("an entry with %s is refused", (_, fields, code) => {
    expect(entryOf(fields)).toMatchObject({ line: 1, faults: [{ code }], fields });
  });

  it("an entry may have a key of 255 characters and a message of 1 MiB", () => {
    expect(keyOf({ body: "a", idempotencyKey: "k".repeat(255) })).toBe("k".repeat(255));
    expect(keyOf({ body: "x".repeat(maxMessageBytes - '{"body":""}'.length) })).toBeDefined();
  });
});
