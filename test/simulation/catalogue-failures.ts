/** How the product reads the failures of the catalogue (infra/local/carrier/answers): found out once, from the carrier itself. */
import type { ChannelError } from "../../functions/channels/errors.ts";
import type { AttemptError } from "../../functions/domain/message/message.ts";
import { catalogue } from "../../infra/local/carrier/answers/index.ts";
import type { Channel } from "../../infra/local/carrier/sends.ts";
import { answersThrough, environmentFor } from "../unit/fixtures/answers-through.ts";
import { CarrierWorld } from "../unit/fixtures/carrier-world.ts";

export interface CatalogueFailures {
  /** Answered to the call: nothing went out. */
  refusals: Record<Channel, { answer: string; error: ChannelError }[]>;
  /** Told later of what was taken. */
  later: Record<Channel, { answer: string; error: AttemptError }[]>;
}

/** Which are no failure of the message: a status of 200, or another endpoint that takes it. */
const accepted = ["whatsApp-200-held-for-quality-assessment", "whatsApp-200-paused"];
const takenByOtherEndpoint = ["appMessaging-InvalidParameter-same-token"];
/** Nobody hears of it. */
const silent = ["fbMessenger-silence"];
const leftOut = [...accepted, ...takenByOtherEndpoint, ...silent];

const nothing = <Value>(): Record<Channel, Value[]> => ({
  sms: [],
  fbMessenger: [],
  whatsApp: [],
  appMessaging: [],
  nativePush: [],
  email: [],
  rcs: [],
  mms: [],
});

let known: Promise<CatalogueFailures> | undefined;
export const catalogueFailures = (): Promise<CatalogueFailures> => {
  known ??= readAll();
  return known;
};

async function readAll(): Promise<CatalogueFailures> {
  const world = new CarrierWorld();
  await world.start();
  const before = { ...process.env };
  Object.assign(process.env, environmentFor(world));
  const found: CatalogueFailures = { refusals: nothing(), later: nothing() };
  try {
    const { refusalOf, failureOfLaterAnswer } = answersThrough(world);
    for (const entry of catalogue) {
      const { name: answer, channel, provider, sync, later } = entry;
      // Simulated is the usual deployment.
      if (leftOut.includes(answer) || provider !== undefined) continue;
      if (sync !== undefined && !sync.takesMessage)
        found.refusals[channel].push({ answer, error: await refusalOf(entry) });
      await world.reset();
      if (later?.outcome === "failed")
        found.later[channel].push({ answer, error: await failureOfLaterAnswer(entry) });
    }
    return found;
  } finally {
    process.env = before;
    await world.stop();
  }
}
