/** Says which sources were changed, several at a time: an editor writes a file more than once. */
import { watch } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const quietMs = 100;

/** `changed` gets paths from the root of the project, and is not called again before it is done. */
export function watchSources(changed: (files: ReadonlySet<string>) => Promise<void>): void {
  let met = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();
  const tell = () => {
    busy = busy.then(async () => {
      const files = met;
      met = new Set();
      if (files.size > 0) await changed(files);
    });
  };
  const note = (file: string) => {
    met.add(file);
    clearTimeout(quiet);
    quiet = setTimeout(tell, quietMs);
  };
  for (const folder of ["functions", "infra"])
    watch(resolve(root, folder), { recursive: true }, (_kind, name) => {
      if (name !== null && isSource(name)) note(`${folder}/${name.replaceAll("\\", "/")}`);
    });
  // Not the file itself: editors put a new one in its place.
  watch(root, (_kind, name) => {
    if (name === "cdk.json") note(name);
  });
}

/** Not what an editor puts beside it. */
const isSource = (name: string) => /\.(tsx?|json|css|html|svg)$/.test(name);
