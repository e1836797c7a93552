/**
 * What most messages do not need: a title, a stored profile, what it is for, a time, any further field as JSON; and the request as
 * it will be sent.
 */
import { useId } from "preact/hooks";
import {
  category,
  furtherFields,
  furtherPath,
  profileId,
  request,
  sendAt,
  timeZone,
  title,
} from "./draft.ts";
import { marks } from "./form-faults.ts";
import { Json } from "./parts.tsx";

export function MoreFields() {
  const hint = useId();
  return (
    <details class="more-fields">
      <summary>More fields, and the request as JSON</summary>
      <div class="addresses">
        <label>
          <span>Title</span>
          <input
            type="text"
            dir="auto"
            value={title.value}
            {...marks(["title"])}
            onInput={(event) => {
              title.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          <span>
            Profile id <small>adds the addresses that are stored</small>
          </span>
          <input
            type="text"
            autocomplete="off"
            value={profileId.value}
            {...marks(["profileId"])}
            onInput={(event) => {
              profileId.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          <span>
            What it is for <small>opt-outs and quiet hours go by it</small>
          </span>
          <select
            value={category.value}
            {...marks(["category"])}
            onChange={(event) => {
              category.value = event.currentTarget.value;
            }}
          >
            <option value="">as the settings say</option>
            <option value="transactional">a transaction, such as an order</option>
            <option value="marketing">marketing</option>
            <option value="authentication">authentication, such as a code</option>
          </select>
        </label>
        <label>
          <span>
            Time zone <small>otherwise the phone number's</small>
          </span>
          <input
            type="text"
            autocomplete="off"
            placeholder="Europe/Berlin"
            value={timeZone.value}
            {...marks(["to.timeZone"])}
            onInput={(event) => {
              timeZone.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          <span>
            Send at <small>by the customer's clock</small>
          </span>
          <input
            type="datetime-local"
            value={sendAt.value}
            {...marks(["sendAt"])}
            onInput={(event) => {
              sendAt.value = event.currentTarget.value;
            }}
          />
        </label>
      </div>
      <label class="text">
        Further fields, as JSON
        <textarea
          rows={3}
          spellcheck={false}
          {...marks([furtherPath], hint)}
          value={furtherFields.value}
          onInput={(event) => {
            furtherFields.value = event.currentTarget.value;
          }}
        />
      </label>
      <p id={hint} class="hint">
        Such as customBody, channelOptions, expiresOn or metadata: what stands here wins over the fields
        above.
      </p>
      <Json label="The request" text={JSON.stringify(request.value)} />
    </details>
  );
}
