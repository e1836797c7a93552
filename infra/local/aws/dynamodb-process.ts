/** Runs dynalite in its own process; sends its port to the parent process and ends with it. */
import dynalite from "dynalite";
import { guardServer } from "../own-requests.ts";

const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
// Node.js closes connections that are idle for 5 seconds; a client that was busy for longer would find all of them closed.
server.keepAliveTimeout = 0;
guardServer(server);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
process.on("disconnect", () => process.exit());
