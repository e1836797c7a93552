/** Reports changed sources in groups, because an editor may write a file more than once. */
import { watch } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
const quietMs = 100;

/** `changed` gets paths relative to the project's root; calls do not overlap. */
export function watchSources(changed: (files: ReadonlySet<string>) => Promise<void>): void {
  let pending = new Set<string>();
  let quiet: NodeJS.Timeout | undefined;
  let busy: Promise<void> = Promise.resolve();
  const flush = () => {
    busy = busy.then(async () => {
      const files = pending;
      pending = new Set();
      if (files.size > 0) await changed(files);
    });
  };
  const note = (file: string) => {
    pending.add(file);
    clearTimeout(quiet);
    quiet = setTimeout(flush, quietMs);
  };
  for (const folder of ["functions", "infra"])
    watch(resolve(root, folder), { recursive: true }, (_kind, name) => {
      if (name !== null && isSource(name)) note(`${folder}/${name.replaceAll("\\", "/")}`);
    });
  // Watches the directory, because editors replace the file.
  watch(root, (_kind, name) => {
    if (name === "cdk.json") note(name);
  });
}

/** Excludes an editor's temporary files. */
const isSource = (name: string) => /\.(tsx?|json|css|html|svg)$/.test(name);
