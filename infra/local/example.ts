/** The messages that `npm start` sends: one that falls back, and one whose first channel is skipped. */
import { setTimeout as pause } from "node:timers/promises";
import { createClient, type Schemas } from "../../functions/api/client/client.ts";

/** Not the customer of the tutorial, who has WhatsApp. */
const withoutWhatsApp = "447400123456";

const examples: Schemas["Message"][] = [
  {
    body: "Your order is on its way",
    to: { phoneNumber: withoutWhatsApp, fbMessengerId: "ben" },
    rules: ["whatsApp", "fbMessenger", "sms"],
  },
  {
    body: "Fallback routing send",
    to: { profileId: "anna@example.com", phoneNumber: "447123123123" },
    rules: ["fbMessenger", "sms"],
  },
];

const reached: readonly string[] = ["sent", "delivered", "read"];

export interface Sent {
  isReached: boolean;
  /** The last message's id. */
  messageId?: string;
}

export async function sendExamples(
  { api, apiKey, carrier }: { api: string; apiKey: string; carrier: string },
  say: (line: string) => void,
): Promise<Sent> {
  await fetch(`${carrier}/carrier/whatsApp/${withoutWhatsApp}`, {
    method: "PUT",
    body: JSON.stringify({ registered: false }),
  });
  const client = createClient({ baseUrl: api, apiKey, tries: 1 });
  const sent: Sent = { isReached: true };
  for (const body of examples) {
    say(`POST /messages ${JSON.stringify(body)}`);
    const { data: accepted, response } = await client.POST("/messages", { body });
    if (accepted === undefined) {
      say(`  refused with ${response.status}`);
      return { isReached: false };
    }
    const trace = await finished(client, accepted.messageId);
    for (const line of explainTrace(trace)) say(`  ${line}`);
    sent.messageId = accepted.messageId;
    sent.isReached &&= reached.includes(trace.status);
  }
  return sent;
}

async function finished(
  { GET }: ReturnType<typeof createClient>,
  messageId: string,
): Promise<Schemas["Trace"]> {
  for (;;) {
    const { data: trace, error } = await GET("/messages/{messageId}", { params: { path: { messageId } } });
    if (error) throw new Error(`GET /messages/${messageId} answers ${error.status}: ${error.title}`);
    if (trace.finishedAt !== undefined) return trace;
    await pause(50);
  }
}

/** One line for each channel: its outcome, and why. */
export const explainTrace = ({ channels, saved }: Pick<Schemas["Trace"], "channels" | "saved">): string[] =>
  channels.map((entry) => {
    const why = whyOf(entry, saved);
    const outcome = outcomeWords[entry.outcome] ?? entry.outcome;
    return `${entry.channel} ${outcome}${why === undefined ? "" : `: ${why}`}`;
  });

const outcomeWords: Partial<Record<Schemas["ChannelTrace"]["outcome"], string>> = {
  notTried: "not tried",
  timedOut: "timed out",
};

function whyOf(
  { channel, outcome, reason, error, cost }: Schemas["ChannelTrace"],
  saved: Schemas["Trace"]["saved"],
): string | undefined {
  if (reason !== undefined) return reason;
  if (outcome === "notTried") return saved?.against === channel ? `saved $${saved.usd}` : undefined;
  if (error !== undefined)
    return `${error.name}, ${error.code === undefined ? error.message : `the provider's code ${error.code}`}`;
  return cost && `cost $${cost.usd}`;
}
