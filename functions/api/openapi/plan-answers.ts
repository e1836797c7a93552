/** The answers that contain a plan, as schemas: compared with the types of the handlers' answers (see answers.ts). */
import * as v from "valibot";
import { forms, statuses } from "../../domain/channel.ts";
import type { CapState } from "../../domain/customer/cap.ts";
import { type QuietNow, quietActions } from "../../domain/customer/quiet-hours.ts";
import { purposes } from "../../domain/message/message.ts";
import type { PlannedCost } from "../../domain/money/planned-cost.ts";
import type { SmsOfPlan } from "../../domain/route/sms-text.ts";
import type { Accepted } from "../../ingest/accept.ts";
import type { Plan, PlannedHop, PlannedNumber } from "../../ingest/plan.ts";
import {
  carried,
  category,
  channel,
  despiteOptOut,
  type EntriesOf,
  messageId,
  messageStatus,
  reason,
  skipCode,
  test,
  time,
  usd,
} from "./common-schemas.ts";

const smsParts = {
  parts: v.pipe(v.number(), v.integer()),
  encoding: v.pipe(v.string(), v.examples(["GSM-7", "UCS-2"])),
};

export const plannedHop = v.strictObject({
  channel,
  timeoutSeconds: v.pipe(v.number(), v.integer(), v.description("The window, in seconds.")),
  until: v.pipe(v.picklist(statuses), v.description("The status at which the customer counts as reached.")),
  form: v.exactOptional(
    v.pipe(
      v.picklist(forms),
      v.description(
        "What goes out first, where the message brings a template. Text that is refused is followed by the template.",
      ),
    ),
  ),
  formReason: v.exactOptional(reason),
  carries: v.exactOptional(carried),
  despiteOptOut: v.exactOptional(despiteOptOut),
  quietHours: v.exactOptional(
    v.pipe(
      v.strictObject({
        action: v.picklist(quietActions),
        until: v.exactOptional(v.pipe(time, v.description("Their end; absent where they last for days."))),
        timeZone: v.pipe(v.string(), v.examples(["Europe/Berlin"])),
        reason: v.pipe(v.string(), v.examples(["waits until 08:00 in Europe/Berlin"])),
      } satisfies EntriesOf<QuietNow>),
      v.description("It is in quiet hours as of now: what becomes of it if its turn comes before they end."),
    ),
  ),
  sms: v.exactOptional(
    v.pipe(
      v.strictObject({
        ...smsParts,
        costly: v.exactOptional(
          v.pipe(v.array(v.string()), v.description("The characters that force UCS-2: the first 20.")),
        ),
        converted: v.exactOptional(
          v.pipe(
            v.strictObject({ ...smsParts, saves: v.exactOptional(usd) }),
            v.description("What `convertUnicodeToGsm` would make of it, where that has fewer parts."),
          ),
        ),
      } satisfies EntriesOf<SmsOfPlan>),
      v.description("How the text is split into parts, which are billed."),
    ),
  ),
  estimatedCost: v.exactOptional(
    v.pipe(
      usd,
      v.description("US dollars, where the channel is billed. All of them together are `cost.dearest`."),
    ),
  ),
  chance: v.exactOptional(
    v.pipe(v.number(), v.description("The chance that `until` is reached, where the rules have `prefer`.")),
  ),
  why: v.exactOptional(
    v.pipe(
      v.strictObject({
        prefer: v.picklist(purposes),
        nothingKnown: v.exactOptional(
          v.pipe(
            v.literal(true),
            v.description(
              "No attempt is known, of this customer or in the country: by `cost`, the prices decide; by `engagement`, channels keep the order of the rules.",
            ),
          ),
        ),
        chance: v.exactOptional(
          v.pipe(
            v.number(),
            v.description(
              "The chance that `until` is reached (cost), or that the message is read (engagement).",
            ),
          ),
        ),
        costToReach: v.exactOptional(
          v.pipe(
            usd,
            v.description(
              "US dollars: what a try is expected to cost, divided by the chance. The lowest goes first.",
            ),
          ),
        ),
        readsAreNotTold: v.exactOptional(
          v.pipe(v.literal(true), v.description("The channel reports no reads.")),
        ),
        secondsToRead: v.exactOptional(v.number()),
        tries: v.exactOptional(
          v.pipe(
            v.strictObject({ own: v.number(), everyone: v.number() }),
            v.description(
              "The number of attempts that this rests on: this customer's, and everyone's in the country.",
            ),
          ),
        ),
      }),
      v.description("Why the hop has its place."),
    ),
  ),
  fit: v.exactOptional(
    v.pipe(
      v.strictObject({
        within95Seconds: v.exactOptional(v.number()),
        receipts: v.pipe(v.number(), v.integer()),
        bounds: v.tuple([v.number(), v.number()]),
      }),
      v.description("How an `auto` window was chosen."),
    ),
  ),
} satisfies EntriesOf<PlannedHop>) satisfies v.GenericSchema<PlannedHop>;

export const skipped = v.strictObject({ channel, code: skipCode, reason });

export const plannedCost = v.pipe(
  v.strictObject({ expected: usd, cheapest: usd, dearest: usd }),
  v.description(
    "What it costs to reach the customer. `cheapest`: the cheapest channel does, and no other is billed; `dearest`: every channel is billed; `expected`, between them: on average, the channel that reaches the customer and what those before it cost in vain. Absent where a channel has no price.",
  ),
) satisfies v.GenericSchema<PlannedCost>;

const plannedNumber = v.pipe(
  v.strictObject({
    phoneNumber: v.pipe(v.string(), v.examples(["+447123123123"])),
    country: v.exactOptional(v.pipe(v.string(), v.examples(["GB"]))),
  } satisfies EntriesOf<PlannedNumber>),
  v.description("The phone number that channels of the plan go to, as E.164, and its country (ISO 3166-1)."),
);

const capState = v.strictObject({
  categories: v.array(v.string()),
  most: v.pipe(v.number(), v.integer()),
  days: v.pipe(v.number(), v.integer()),
  left: v.pipe(v.number(), v.integer(), v.description("How many more the customer may have now.")),
  endsAt: v.exactOptional(v.pipe(time, v.description("Where none is left: when the next may be sent."))),
} satisfies EntriesOf<CapState>);

export const plan = v.strictObject({
  category,
  test,
  sendAt: v.exactOptional(v.pipe(time, v.description("When it is to go out; absent: at once."))),
  to: v.exactOptional(plannedNumber),
  hops: v.pipe(v.array(plannedHop), v.description("What will be tried, in this order.")),
  skipped: v.pipe(v.array(skipped), v.description("What will not be tried.")),
  emptyFields: v.exactOptional(
    v.pipe(
      v.array(v.string()),
      v.description("The merge fields that have neither a value in the profile nor a default."),
    ),
  ),
  caps: v.exactOptional(
    v.pipe(
      v.array(capState),
      v.description(
        "Of `POST /messages/plan`: your caps on messages of this category, as they are before this message.",
      ),
    ),
  ),
  cost: v.exactOptional(plannedCost),
} satisfies EntriesOf<Plan>) satisfies v.GenericSchema<Plan>;

export const accepted = v.strictObject({
  messageId,
  status: messageStatus,
  test,
  plan,
} satisfies EntriesOf<Accepted>) satisfies v.GenericSchema<Accepted>;
