/** The DynamoDB tables. One call grants access and sets the environment variable. */
import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Environment } from "../functions/shared/environment.ts";
import type { ServiceFunction } from "./function.ts";
import { grantSecrets } from "./secrets.ts";
import type { DeploymentSettings } from "./settings.ts";

export type TableName =
  | "messages"
  | "contacts"
  | "profiles"
  | "apiKeys"
  | "idempotencyKeys"
  | "circuits"
  | "counters"
  | "habits"
  | "clients";
type Action = "GetItem" | "Query" | "PutItem" | "UpdateItem" | "DeleteItem";

/** Must match functions/storage/messages-table.ts. */
const endedIndex = "ended";

const variables = {
  messages: "MESSAGES_TABLE",
  contacts: "CONTACTS_TABLE",
  profiles: "PROFILES_TABLE",
  apiKeys: "API_KEYS_TABLE",
  idempotencyKeys: "IDEMPOTENCY_KEYS_TABLE",
  circuits: "CIRCUITS_TABLE",
  counters: "COUNTERS_TABLE",
  habits: "HABITS_TABLE",
  clients: "CLIENTS_TABLE",
} as const satisfies Record<TableName, keyof Environment>;

export class Tables extends Construct {
  readonly messages: Table;
  readonly contacts: Table;
  readonly profiles: Table;
  readonly apiKeys: Table;
  readonly idempotencyKeys: Table;
  readonly circuits: Table;
  readonly counters: Table;
  readonly habits: Table;
  readonly clients: Table;

  constructor(
    scope: Construct,
    id: string,
    { deletionProtection }: DeploymentSettings,
    removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  ) {
    super(scope, id);
    const table = (
      name: string,
      partitionKey: string,
      { sortKey, ...props }: { sortKey?: string; timeToLiveAttribute?: string; stream?: StreamViewType } = {},
    ) =>
      new Table(this, name, {
        partitionKey: { name: partitionKey, type: AttributeType.STRING },
        ...(sortKey ? { sortKey: { name: sortKey, type: AttributeType.STRING } } : {}),
        billingMode: BillingMode.PAY_PER_REQUEST,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        removalPolicy,
        deletionProtection,
        ...props,
      });
    this.messages = table("Messages", "messageId", {
      timeToLiveAttribute: "ttl",
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
    });
    this.messages.addGlobalSecondaryIndex({
      indexName: endedIndex,
      partitionKey: { name: "client", type: AttributeType.STRING },
      sortKey: { name: "endedAs", type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
    this.contacts = table("Contacts", "contact", { sortKey: "entry", timeToLiveAttribute: "ttl" });
    this.profiles = table("Profiles", "_key");
    this.apiKeys = table("ApiKeys", "keyHash");
    this.idempotencyKeys = table("IdempotencyKeys", "key", { timeToLiveAttribute: "ttl" });
    this.circuits = table("Circuits", "channel");
    this.counters = table("Counters", "counter", { timeToLiveAttribute: "ttl" });
    this.habits = table("Habits", "habit", { timeToLiveAttribute: "ttl" });
    this.clients = table("Clients", "client", { sortKey: "entry" });
  }

  /** Gives the function the table's name, and allows these actions on it. */
  grant(target: ServiceFunction, name: TableName, ...actions: Action[]): void {
    if (actions.length > 0) allow(target, this[name].tableArn, actions);
    target.setEnvironment({ [variables[name]]: this[name].tableName });
    // The addresses in it are hashed with a secret key.
    if (name === "contacts")
      grantSecrets(target, [{ channel: "contacts", secret: "hashKey", variable: "HASH_KEY_PARAMETER" }]);
  }

  /** Allows listing the messages whose customers were not reached. */
  grantEnded(target: ServiceFunction): void {
    allow(target, `${this.messages.tableArn}/index/${endedIndex}`, ["Query"]);
  }
}

/** Not `Table.grant`, which would include every index. */
const allow = (target: ServiceFunction, resource: string, actions: readonly Action[]) =>
  target.addToRolePolicy(
    new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [resource] }),
  );
