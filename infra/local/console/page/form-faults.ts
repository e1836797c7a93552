/** What the service says against the draft, in the form's words, and the marks of the fields that it speaks of. */
import { computed } from "@preact/signals";
import { faults, rules } from "./draft.ts";
import { fieldOf, labelOf } from "./form-fields.ts";
import { nameOf } from "./state.ts";

export interface ShownFault {
  id: string;
  field: string;
  label: string | undefined;
  message: string;
}

export const shownFaults = computed<ShownFault[]>(() => {
  const sent = rules.value.filter(({ isOn }) => isOn).map(({ channel }) => channel);
  return faults.value.map(({ path, message }, index) => {
    const field = fieldOf(path, sent);
    return { id: `fault-${index}`, field, label: labelOf(field, nameOf), message };
  });
});

/** For an input: whether something is wrong there or with all of its kind, and where that is said. */
export function marks(fields: readonly string[], hint?: string) {
  const own = shownFaults.value.filter(({ field }) => fields.includes(field)).map(({ id }) => id);
  const described = [...own, ...(hint === undefined ? [] : [hint])].join(" ");
  return {
    ...(own.length === 0 ? {} : { "aria-invalid": true }),
    ...(described === "" ? {} : { "aria-describedby": described }),
  };
}

/** Where the first mistake is; the list of them where none has a field. */
export function goToFault(): void {
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLElement>("#compose [aria-invalid]");
    input?.closest("details")?.setAttribute("open", "");
    (input ?? document.querySelector<HTMLElement>("#compose .faults"))?.focus();
  });
}
