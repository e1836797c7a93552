/** What most messages do not need: a title, a stored profile, any further field as JSON; and the request as it will be sent. */
import { useId } from "preact/hooks";
import { furtherFields, furtherPath, profileId, request, title } from "./draft.ts";
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
