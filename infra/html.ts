/** A tagged template for HTML that escapes each value, except HTML made by itself. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Html | readonly Html[];

export const html = (parts: TemplateStringsArray, ...values: Value[]): Html =>
  new Html(String.raw({ raw: parts }, ...values.map(asText)));

function asText(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map(asText).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
