/**
 * The API's document as a contract: whether an answer is one that it promises. Held against every answer of the acceptance
 * suite and of the fuzz; an answer with another status, content type or field breaks it.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as v from "valibot";

const media = v.looseObject({ schema: v.unknown() });
const response = v.looseObject({
  content: v.optional(v.record(v.string(), media)),
  headers: v.optional(v.record(v.string(), v.looseObject({ required: v.optional(v.boolean(), false) })), {}),
});
const operation = v.looseObject({
  operationId: v.string(),
  parameters: v.optional(
    v.array(
      v.looseObject({
        name: v.string(),
        in: v.string(),
        required: v.optional(v.boolean(), false),
        schema: v.unknown(),
      }),
    ),
    [],
  ),
  requestBody: v.optional(
    v.looseObject({
      content: v.record(
        v.string(),
        v.looseObject({
          schema: v.unknown(),
          examples: v.record(v.string(), v.looseObject({ value: v.unknown() })),
        }),
      ),
    }),
  ),
  /** By scheme: the scopes that it needs. */
  security: v.array(v.record(v.string(), v.array(v.string()))),
  responses: v.record(v.string(), v.looseObject({ $ref: v.optional(v.string()) })),
});
const documentSchema = v.looseObject({
  paths: v.record(v.string(), v.record(v.string(), operation)),
  components: v.looseObject({
    schemas: v.record(v.string(), v.record(v.string(), v.unknown())),
    responses: v.record(v.string(), response),
  }),
});
export type ApiDocument = v.InferOutput<typeof documentSchema>;
export type Operation = v.InferOutput<typeof operation>;

export const readDocument = (given: unknown): ApiDocument => v.parse(documentSchema, given);

/** By their routes as API Gateway has them: `POST /messages`. */
export const operationsIn = ({ paths }: ApiDocument): { route: string; operation: Operation }[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

export interface Exchange {
  method: string;
  /** With its query, as it was sent. */
  path: string;
  status: number;
  headers: Headers;
  body: string;
}

export interface Contract {
  document: ApiDocument;
  operationOf: (method: string, path: string) => { route: string; operation: Operation } | undefined;
  /** How a value breaks a schema of the document; empty where it fits. */
  schemaErrors: (schema: unknown, value: unknown) => string[];
  /** How an answer breaks the document; empty where it keeps to it. */
  violations: (exchange: Exchange) => string[];
}

/** That of the document which a running service serves. */
export const fetchContract = async (api: string): Promise<Contract> =>
  createContract(await (await fetch(`${api}/openapi.json`)).json());

export function createContract(given: unknown): Contract {
  const document = readDocument(given);
  // `strict: false`: the document's own keywords are none of JSON Schema's.
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: "openapi" });
  const compiled = new Map<string, ValidateFunction>();
  const validator = (schema: unknown): ValidateFunction => {
    const text = JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/');
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text));
    compiled.set(text, known);
    return known;
  };
  const schemaErrors = (schema: unknown, value: unknown): string[] => {
    const validate = validator(schema);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
  const paths = Object.entries(document.paths).map(([path, operations]) => ({
    path,
    operations,
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
  }));
  // The most specific first: /messages/plan before /messages/{messageId}.
  paths.sort((a, b) => a.path.split("{").length - b.path.split("{").length);
  const operationOf: Contract["operationOf"] = (method, path) => {
    // As the API reads it: without dots, and without the query.
    const { pathname } = new URL(`http://api${path}`);
    // The Omnichannel API's paths are described once.
    const plain = pathname.replace(/^\/apispaces\/[^/]+\//, "/cpaas/");
    for (const { path: template, operations, pattern } of paths) {
      const found = pattern.test(plain) ? operations[method.toLowerCase()] : undefined;
      if (found !== undefined) return { route: `${method} ${template}`, operation: found };
    }
    return undefined;
  };
  return {
    document,
    operationOf,
    schemaErrors,
    violations: (exchange) => violations(exchange, { document, operationOf, schemaErrors }),
  };
}

/** What API Gateway says where no route fits. */
const noRoute = { $ref: "#/components/schemas/GatewayAnswer" };

function violations(
  { method, path, status, headers, body }: Exchange,
  { document, operationOf, schemaErrors }: Pick<Contract, "document" | "operationOf" | "schemaErrors">,
): string[] {
  const found = operationOf(method, path);
  if (found === undefined)
    return status === 404
      ? method === "HEAD"
        ? []
        : schemaErrors(noRoute, parse(body))
      : [`no route ${method} ${path}, and still ${status}`];
  const { route, operation } = found;
  const say = (what: string) => `${route} → ${status}: ${what}`;
  const given = operation.responses[status];
  if (given === undefined) return [say("the document knows no such answer")];
  const promised = v.parse(response, given.$ref === undefined ? given : resolve(document, given.$ref));
  const headerFaults = Object.entries(promised.headers)
    .filter(([name, { required }]) => required && !headers.has(name))
    .map(([name]) => say(`without the header ${name}`));
  if (promised.content === undefined)
    return [...headerFaults, ...(body === "" ? [] : [say("a body where none is documented")])];
  const contentType = (headers.get("content-type") ?? "").split(";")[0] ?? "";
  const described = promised.content[contentType];
  if (described === undefined)
    return [say(`the content type ${contentType || "(none)"}, not ${Object.keys(promised.content)}`)];
  const value = contentType.endsWith("json") ? parse(body) : body;
  return [...headerFaults, ...schemaErrors(described.schema, value).map(say)];
}

const resolve = (document: ApiDocument, ref: string): unknown =>
  document.components.responses[ref.replace("#/components/responses/", "")];

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
