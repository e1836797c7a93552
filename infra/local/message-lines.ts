/** Prints a line for each message when its execution ends. Used by `npm start`. */
import * as v from "valibot";
import { createClient } from "../../functions/api/client/client.ts";
import { lineOf } from "../commands/trace/timeline.ts";
import type { System } from "./system.ts";

const description = v.object({ body: v.looseObject({ name: v.string(), status: v.string() }) });
/** An execution's name is, or begins with, the message's id. */
const idLength = 36;

export function logEndedMessages(
  { api, apiKey, stepFunctions }: Pick<System, "api" | "apiKey" | "stepFunctions">,
  say: (line: string) => void,
): void {
  const { GET } = createClient({ baseUrl: api, apiKey, tries: 1 });
  const said = new Set<string>();
  const look = async (executionArn: string): Promise<void> => {
    const answer = await stepFunctions.handle("DescribeExecution", { executionArn });
    const { name, status } = v.parse(description, answer).body;
    if (status === "RUNNING" || said.has(executionArn)) return;
    said.add(executionArn);
    const path = { messageId: name.slice(0, idLength) };
    const { data } = await GET("/messages/{messageId}", { params: { path } });
    // Undefined for another client's message, or an execution that was started by hand.
    if (data !== undefined) say(lineOf(data));
  };
  stepFunctions.onChange((executionArn) => {
    look(executionArn).catch((error: unknown) => say(`a message has ended but could not be read: ${error}`));
  });
}
