/** dynalite in its own process; tells its port to the parent and ends with it. */
import dynalite from "dynalite";
import { guardServer } from "../own-requests.ts";

const server = dynalite({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
// Node.js closes what is idle for 5 seconds; a client that is kept busy for longer then meets one closed connection after the other.
server.keepAliveTimeout = 0;
guardServer(server);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.({ port: typeof address === "object" && address !== null ? address.port : 0 });
});
process.on("disconnect", () => process.exit());
