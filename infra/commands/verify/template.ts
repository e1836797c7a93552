/**
 * What others' tools say of the template: cfn-lint of the resources, asl-validator of the state machines, parliament of the policies.
 * Each is optional, and skipped where it is not installed. A finding that was looked into has its reason here.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { readTemplate, Stack, templateFile } from "../../local/cloudformation.ts";
import { type Checks, Skipped } from "./check.ts";

interface Finding {
  rule: string;
  /** Where, and what is wrong. */
  what: string;
}

/** Findings that are no faults. */
const judged: readonly { rule: string; about: RegExp; why: string }[] = [
  { rule: "W3005", about: /./, why: "the CDK writes what a GetAtt implies as well" },
  { rule: "E3601", about: /\$\{Partition\}/, why: "a substitution, which CloudFormation fills in" },
  {
    rule: "RESOURCE_MISMATCH",
    about: /states:SendTask/,
    why: "these actions take a state machine: the CDK's own grantTaskResponse names it too",
  },
  {
    rule: "RESOURCE_MISMATCH",
    about: /dynamodb:(DescribeStream|GetRecords|GetShardIterator)/,
    why: "the ARN of a stream is known only once it is deployed",
  },
  {
    rule: "RESOURCE_MISMATCH",
    about: /sns:(CreatePlatformEndpoint|SetEndpointAttributes|DeleteEndpoint)/,
    // https://github.com/Wolox/tech-guides/pull/63
    why: "others' policies name the application; only an account can tell",
  },
  { rule: "UNKNOWN_ACTION", about: /sms-voice:SendRcsMessage/, why: "newer than the tool's list" },
  { rule: "W3037", about: /'sendrcsmessage'/, why: "newer than the tool's list" },
  { rule: "RESOURCE_STAR", about: /sns:Publish/, why: "a phone number has no ARN; topics are denied" },
];

const lints = v.array(
  v.object({
    Rule: v.object({ Id: v.string() }),
    Message: v.string(),
    Location: v.object({ Path: v.nullable(v.array(v.union([v.string(), v.number()]))) }),
  }),
);
const policyFinding = v.looseObject({
  issue: v.string(),
  detail: v.unknown(),
  location: v.looseObject({ filepath: v.optional(v.string()) }),
});

/** `assembly`: the directory of the synthesized template. */
export async function verifyTemplate(assembly: string, stackName: string, checks: Checks): Promise<void> {
  const stack = new Stack(readTemplate(assembly, stackName), stackName, "https://api.example");
  const directory = mkdtempSync(join(tmpdir(), "verify-"));
  const write = (name: string, content: unknown) => {
    const file = join(directory, name);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  try {
    await checks.run("cfn-lint of the template", async () => {
      const { stdout } = run(
        "cfn-lint",
        ["--format", "json", templateFile(assembly, stackName)],
        "pip install cfn-lint",
      );
      return judge(
        v.parse(lints, JSON.parse(stdout || "[]")).map(({ Rule, Message, Location: { Path } }) => ({
          rule: Rule.Id,
          what: `${Path?.slice(0, 3).join("/")}: ${Message}`,
        })),
      );
    });
    for (const { logicalId, properties } of stack.ofType("AWS::StepFunctions::StateMachine"))
      await checks.run(`asl-validator of ${logicalId}`, async () => {
        const definition = String(properties.DefinitionString).replaceAll("${Partition}", "aws");
        const file = write(`${logicalId}.asl.txt`, definition);
        const { status, stdout, stderr } = run(
          "asl-validator",
          ["--json-path", file],
          "npm install -g asl-validator",
        );
        if (status !== 0) throw new Error(`${stdout}${stderr}`.trim());
      });
    await checks.run("parliament of the policies", async () => {
      for (const type of ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"])
        for (const { logicalId, properties } of stack.ofType(type))
          write(`${logicalId}.json`, properties.PolicyDocument);
      const { stdout } = run(
        "parliament",
        ["--json", "--directory", directory, "--include_policy_extension", "json"],
        "pip install parliament",
      );
      const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
      return judge(
        lines.map((line) => {
          const { issue, detail, location } = v.parse(policyFinding, JSON.parse(line));
          return {
            rule: issue,
            what: `${location.filepath?.slice(directory.length + 1)}: ${JSON.stringify(detail)}`,
          };
        }),
      );
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(tool: string, args: readonly string[], install: string) {
  const { error, status, stdout, stderr } = spawnSync(tool, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error && "code" in error && error.code === "ENOENT") throw new Skipped(`not installed: ${install}`);
  if (error) throw error;
  return { status, stdout, stderr };
}

/** How many findings were judged before. @throws {Error} with those that were not */
export function judge(findings: readonly Finding[]): string | undefined {
  const isKnown = ({ rule, what }: Finding) =>
    judged.some((known) => known.rule === rule && known.about.test(what));
  const others = findings.filter((one) => !isKnown(one));
  if (others.length > 0) throw new Error(others.map(({ rule, what }) => `${rule} ${what}`).join("; "));
  return findings.length === 0
    ? undefined
    : `${findings.length} findings that are no faults (infra/commands/verify/template.ts)`;
}
