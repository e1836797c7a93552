/**
 * Throughput on one machine: messages a second and milliseconds from POST to delivered, with so many in flight, beside the
 * same messages given to the providers directly, which is the most that one process can do: no route, no receipt, no record.
 */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { region } from "../../infra/local/cloudformation.ts";
import { type BenchSystem, newCustomer, startBenchSystem } from "./bench-system.ts";
import { median, milliseconds, percentile, ratio, type Section } from "./report.ts";
import { messageTo, type Scenario, scenarioOf } from "./scenarios.ts";
import { accepted } from "./ways-in.ts";

const inFlight = 16;
const warmUp = 100;

interface Speed {
  name: string;
  perSecond: number;
  p50: number;
  p99: number;
}

export async function throughput(messages: number): Promise<Section> {
  const system = await startBenchSystem();
  try {
    const speeds: Speed[] = [];
    for (const id of ["sms", "fbMessenger", "oneFallback"]) {
      const scenario = scenarioOf(id);
      await routed(system, scenario, warmUp);
      speeds.push(await routed(system, scenario, messages));
      await system.settled();
    }
    const direct = [await directly("SMS, to the provider directly", sns(system), messages)];
    direct.push(await directly("Messenger, to the provider directly", graph(system), messages));
    const notifme = await notifmeSdk(sns(system));
    if (notifme) direct.push(await directly("SMS, to the provider by notifme-sdk", notifme, messages));
    const beside = [direct[0], direct[1], direct[0]];
    const row = ({ name, perSecond, p50, p99 }: Speed, reference?: Speed) => [
      name,
      perSecond.toFixed(0),
      milliseconds(p50),
      milliseconds(p99),
      reference ? ratio(perSecond / reference.perSecond) : "",
    ];
    return {
      title: "Throughput on one machine",
      columns: ["messages/s", "p50", "p99", "of direct"],
      rows: [
        ...speeds.map((speed, index) => row(speed, beside[index])),
        ...direct.map((speed, index) => row(speed, index === 2 ? direct[0] : undefined)),
      ],
      notes: [
        `${messages} messages each, ${inFlight} in flight, from POST to the end of the execution; the whole system, its customers`,
        "and this bench share one process and its workers: what is measured is this machine, not AWS",
        notifme
          ? "notifme-sdk sends by a provider of its kind `custom`, with the same SNS client: no route, no receipt, no record"
          : "`npm install --no-save notifme-sdk` puts notifme-sdk (86 MB) beside them",
      ],
      figures: { routed: speeds, direct, inFlight },
    };
  } finally {
    await system.stop();
  }
}

const routed = (system: BenchSystem, scenario: Scenario, count: number) =>
  measure(scenario.name, count, async () => {
    const customer = newCustomer(scenario.phones);
    await system.setPhones(customer);
    return async () => {
      const answer = await system.post("/messages", messageTo(customer, scenario));
      await system.endOf(v.parse(accepted, answer).messageId);
    };
  });

const directly = (name: string, send: (index: number) => Promise<unknown>, count: number) =>
  measure(name, count, async (index) => async () => void (await send(index)));

interface NotifmeSdk {
  send: (request: object) => Promise<{ status: "success" | "error"; errors?: unknown }>;
}
const notifmeModule = "notifme-sdk";

/** What people embed who need several channels and no service; undefined where it is not installed. */
async function notifmeSdk(send: (index: number) => Promise<unknown>) {
  const found: { default: { default: new (options: object) => NotifmeSdk } } | undefined = await import(
    notifmeModule
  ).catch(() => undefined);
  if (found === undefined) return undefined;
  const provider = {
    type: "custom",
    id: "sns",
    send: async ({ index }: { index: number }) => String(await send(index)),
  };
  const sdk = new found.default.default({ channels: { sms: { providers: [provider] } } });
  return async (index: number) => {
    const { status, errors } = await sdk.send({ sms: { from: "shop", to: "", text: "Hello", index } });
    if (status !== "success") throw new Error(`notifme-sdk: ${JSON.stringify(errors)}`);
  };
}

function sns({ aws }: BenchSystem) {
  const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
  const client = new SNSClient({ endpoint: aws, region, credentials });
  return (index: number) =>
    client.send(
      new PublishCommand({ PhoneNumber: `+4472${String(index).padStart(8, "0")}`, Message: "Hello" }),
    );
}

const graphVariables = v.looseObject({
  FB_MESSENGER_PAGE_ID: v.string(),
  GRAPH_API_VERSION: v.optional(v.string(), "v26.0"),
});
function graph({ carrier, functions }: BenchSystem) {
  const variables = functions
    .map(({ properties }) =>
      v.safeParse(v.looseObject({ Environment: v.looseObject({ Variables: graphVariables }) }), properties),
    )
    .find(({ success }) => success);
  if (!variables?.success) throw new Error("no function of the template sends by Messenger");
  const { FB_MESSENGER_PAGE_ID: page, GRAPH_API_VERSION: version } = variables.output.Environment.Variables;
  return async (index: number) => {
    const answer = await fetch(`${carrier}/${version}/${page}/messages`, {
      method: "POST",
      headers: { authorization: "Bearer local-fbMessenger-accessToken", "content-type": "application/json" },
      body: JSON.stringify({
        messaging_type: "RESPONSE",
        recipient: { id: `72${index}` },
        message: { text: "Hello" },
      }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.arrayBuffer();
  };
}

/** `prepare` is not timed; what it answers is. */
async function measure(
  name: string,
  count: number,
  prepare: (index: number) => Promise<() => Promise<void>>,
): Promise<Speed> {
  const works = await Promise.all(Array.from({ length: count }, (_, index) => prepare(index)));
  const times: number[] = [];
  let next = 0;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let work = works[next++]; work !== undefined; work = works[next++]) {
        const begun = performance.now();
        await work();
        times.push(performance.now() - begun);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  return { name, perSecond: count / seconds, p50: median(times), p99: percentile(times, 0.99) };
}
