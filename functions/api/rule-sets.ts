/** `PUT`, `GET` and `DELETE /rules/{name}`: the rule sets of a client, which its messages name. */
import * as v from "valibot";
import { createDynamoDb } from "../aws/dynamodb.ts";
import { guarded } from "../http/guard.ts";
import { type HttpEvent, type HttpResult, httpHandler, json, readJson } from "../http/handler.ts";
import { Problem } from "../http/problem.ts";
import { validate } from "../http/validate.ts";
import { ruleSet, ruleSetName } from "../ingest/rules.ts";
import { environment } from "../shared/environment.ts";
import { type ClientsTable, createClientsTable } from "../storage/clients-table.ts";

const pathParameters = v.object({ name: ruleSetName });

export type RuleSetStore = Pick<ClientsTable, "ruleSet" | "putRuleSet" | "deleteRuleSet">;

export function createRuleSets(clients: RuleSetStore) {
  return async (event: HttpEvent): Promise<HttpResult> => {
    const { client } = event.requestContext.authorizer.lambda;
    const { name } = validate(pathParameters, event.pathParameters);
    switch (event.requestContext.http.method) {
      case "PUT": {
        const rules = validate(ruleSet, readJson(event));
        await clients.putRuleSet(client, name, rules);
        return json(200, { name, ...rules });
      }
      case "DELETE":
        await clients.deleteRuleSet(client, name);
        return { statusCode: 204 };
      default: {
        const rules = await clients.ruleSet(client, name);
        if (rules === undefined) throw new Problem(404, "no rule set has this name");
        return json(200, { name, ...rules });
      }
    }
  };
}

export const handler = httpHandler(() =>
  guarded(
    { scope: "rules" },
    createRuleSets(createClientsTable(createDynamoDb(), environment("CLIENTS_TABLE"))),
  ),
);
