/** The faults that the service finds in the draft, in the form's words, and the marks of the fields that have them. */
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

/** The ARIA attributes of an input: whether it or its whole group has a fault, and where the fault is described. */
export function marks(fields: readonly string[], hint?: string) {
  const own = shownFaults.value.filter(({ field }) => fields.includes(field)).map(({ id }) => id);
  const described = [...own, ...(hint === undefined ? [] : [hint])].join(" ");
  return {
    ...(own.length === 0 ? {} : { "aria-invalid": true }),
    ...(described === "" ? {} : { "aria-describedby": described }),
  };
}

/** Moves the focus to the first input with a fault, or to the list of faults where none has an input. */
export function goToFault(): void {
  requestAnimationFrame(() => {
    const input = document.querySelector<HTMLElement>("#compose [aria-invalid]");
    input?.closest("details")?.setAttribute("open", "");
    (input ?? document.querySelector<HTMLElement>("#compose .faults"))?.focus();
  });
}
