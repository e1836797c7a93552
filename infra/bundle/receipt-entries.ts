/**
 * The generated entry points of the functions that read receipts of several channels, each by an export of the channel's
 * file.
 */
import { channels } from "../../functions/channels/registry.ts";
import { type Channel, environmentName, fileName } from "../../functions/domain/channel.ts";

interface ReceiptFunction {
  module: string;
  /** The export of a channel's file that reads receipts which arrive this way. */
  reader: string;
  /** The channel's entry in the list passed to `createHandler`; undefined if its receipts do not arrive this way. */
  entryOf: (channel: Channel, reader: string) => string | undefined;
}

/** By bundle name. */
export const receiptFunctions = {
  webhooks: {
    module: "receipts/provider-webhooks.ts",
    reader: "webhook",
    entryOf: ({ id, receipts }, webhook) => {
      if (receipts?.webhook === undefined) return undefined;
      const { proof, secrets, identitySetting } = receipts.webhook;
      const identity = identitySetting && environmentName(identitySetting);
      const facts = { channel: id, header: proof.header, secrets: Object.keys(secrets), identity };
      return `{ ...${JSON.stringify(facts)}, webhook: ${webhook} }`;
    },
  },
  receipts: {
    module: "receipts/handler.ts",
    reader: "readTopicMessage",
    entryOf: ({ receipts }, read) => {
      if (receipts?.topic === undefined) return undefined;
      const { identitySetting } = receipts.topic;
      return `{ read: ${read}, identity: ${JSON.stringify(identitySetting && environmentName(identitySetting))} }`;
    },
  },
  "delivery-logs": {
    module: "receipts/delivery-logs.ts",
    reader: "readLogRecord",
    entryOf: ({ receipts }, reader) =>
      receipts?.deliveryLogs &&
      `{ groups: ${JSON.stringify(Object.values(receipts.deliveryLogs.groups))}, read: ${reader} }`,
  },
} as const satisfies Record<string, ReceiptFunction>;

/** `from`: the directory of the functions. */
export function receiptEntry(from: string, { module, reader, entryOf }: ReceiptFunction): string {
  const entries = channels.flatMap((channel) => {
    const entry = entryOf(channel, channel.id);
    return entry === undefined ? [] : [{ id: channel.id, entry }];
  });
  return [
    `import { createHandler } from "${from}/${module}";`,
    ...entries.map(({ id }) => `import { ${reader} as ${id} } from "${from}/channels/${fileName(id)}.ts";`),
    `export const handler = createHandler([${entries.map(({ entry }) => entry).join(", ")}]);\n`,
  ].join("\n");
}
