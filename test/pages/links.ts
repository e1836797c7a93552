/** Where the links of a page lead, and what a page calls by name. */
import type { Page } from "./pages.ts";

export interface Link {
  /** From the page; empty for the page itself. */
  path: string;
  anchor: string | undefined;
}

const withoutCode = (text: string) => text.replace(/^```.*?^```$/gms, "").replace(/`[^`\n]+`/g, "");

/** Those that stay in the project, in Markdown and in HTML. */
export function relativeLinksOf({ text }: Page): Link[] {
  const targets = [
    ...withoutCode(text).matchAll(/\]\(\s*<?([^)\s>]+)|^\[[^\]]+\]:\s*(\S+)|\b(?:href|src)="([^"]+)"/gm),
  ].flatMap(([, inline, reference, html]) => inline ?? reference ?? html ?? []);
  return targets
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .map((target) => {
      const [path = "", anchor] = target.split("#");
      return { path: decodeURIComponent(path), anchor };
    });
}

/** As GitHub names a heading: https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#section-links */
export function anchorsOf({ text }: Page): Set<string> {
  const anchors = new Set<string>();
  const headings = text.replace(/^```.*?^```$/gms, "").matchAll(/^#{1,6} +(.+?) *#*$/gm);
  for (const [, heading = ""] of headings) {
    const plain = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*]/g, "");
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, "")
      .replaceAll(" ", "-");
    let anchor = slug;
    for (let times = 1; anchors.has(anchor); times++) anchor = `${slug}-${times}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** The project's files and folders that a page names as code, from the project's root; `*` stands for any name. */
export const pathsNamedIn = ({ text }: Page): string[] =>
  [...text.matchAll(/`((?:functions|infra|test|\.github|\.ci)\/[\w.*/-]*)(?:#[\w-]+)?`/g)].flatMap(
    ([, path]) => path ?? [],
  );

/** The npm scripts that a page names, in examples and in its text. */
export const scriptsNamedIn = ({ text }: Page): string[] =>
  [...text.matchAll(/\bnpm (?:run )?(?!run\b)([a-z][\w-]*)/g)].flatMap(([whole, name = ""]) =>
    whole.startsWith("npm run") || ["start", "test"].includes(name) ? name : [],
  );
