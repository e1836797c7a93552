/** `npm run consents`: records the consents of a file, of any length: the opt-outs of the system that was used before. */
import { runCommand } from "./command-line.ts";
import { consentsImport, createApiDestination } from "./send/api.ts";
import { readConsentOptions } from "./send/options.ts";
import { sendFile } from "./send/send-file.ts";

const help = `npm run consents -- FILE --api URL              (with the key, of the scope profiles, in API_KEY)
npm run consents -- FILE --local

Records who wants messages and who does not. FILE has one consent a line: NDJSON, each as for POST /consents, or CSV (*.csv) whose
header names its fields: to.phoneNumber, to.profileId, to.email, …; channel (without it: all), state (opted-out or opted-in), source, at.
It may have commas, semicolons or tabs. FILE - is standard input.

  --api URL          the API, as in the stack's output ApiUrl
  --local            the API of the local run on this machine (npm start, API_PORT)
  --concurrency N    requests at a time (4)
  --rate N           at most N consents a second

It can be stopped (Ctrl-C) and started again: FILE.sent keeps how far it came. Of two words on one channel the later holds, by
its "at": so an old list takes nothing back that was said since. Consents that were not accepted are in FILE.failed.ndjson, which
can be sent itself.

Exit status: 0 all accepted, 1 not all, 2 wrong usage, 130 stopped by Ctrl-C.`;

await runCommand(help, async (args) => {
  const options = readConsentOptions(args, process.env);
  const { api, apiKey } = options.target;
  return sendFile("consents", args, options, createApiDestination(api, apiKey, consentsImport));
});
