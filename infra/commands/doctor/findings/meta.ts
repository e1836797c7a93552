/** What Meta's token, app and webhook of a channel lack. */
import { webhookPath } from "../../../../functions/domain/channel.ts";
import { dateOf, endsSoon, type Finding, type Subject } from "../finding.ts";
import { type MetaAccount, metaChannels } from "../meta.ts";

const inAppDashboard = "Meta's app dashboard (https://developers.facebook.com/apps)";

export function tokenFindings(account: MetaAccount, { stackName, settings, now }: Subject): Finding[] {
  const { channel, app, token, identity } = account;
  const { permission, setting, identity: kind } = metaChannels[channel];
  const replace = (secret: string) =>
    `aws ssm put-parameter --type SecureString --overwrite --name /${stackName}/${channel}/${secret} --value …`;
  const renew = {
    remedy:
      "make a token of a system user, which does not end, in Meta's business settings, and put it into the parameter",
    command: replace("accessToken"),
  };
  if (app === undefined) return [];
  if ("refused" in app) return [{ what: `Meta refuses the token: ${app.refused}`, ...renew }];
  const findings: Finding[] = [];
  if (token !== undefined && "refused" in token)
    findings.push({
      what: `the app secret is not that of the token's app ${app.answer.id}: ${token.refused}`,
      remedy: `copy it from ${inAppDashboard}: App settings → Basic`,
      command: replace("appSecret"),
    });
  if (token !== undefined && "answer" in token) {
    const { is_valid, error, expires_at, scopes } = token.answer;
    const ends = expires_at * 1000;
    if (!is_valid)
      findings.push({
        what: `the token is not valid: ${error?.message ?? "Meta does not say why"}`,
        ...renew,
      });
    else if (ends > 0 && endsSoon(ends, now))
      findings.push({ what: `the token ends on ${dateOf(ends)}`, ...renew });
    if (!scopes.includes(permission))
      findings.push({ what: `the token does not have the permission ${permission}`, ...renew });
  }
  if (identity !== undefined && "refused" in identity)
    findings.push({
      what: `the token does not reach the ${kind} ${settings.channels[setting]}: ${identity.refused}`,
      remedy: `assign the ${kind} to the system user, or correct ${setting} and deploy`,
    });
  return findings;
}

export function webhookFindings(account: MetaAccount, { outputs, settings, graphApi }: Subject): Finding[] {
  const { channel, app, subscriptions, subscribedApps } = account;
  const { object, fields, setting } = metaChannels[channel];
  const url = `${outputs.ApiUrl?.replace(/\/$/, "")}${webhookPath(channel)}`;
  const findings: Finding[] = [];
  const setUp = {
    remedy: `${inAppDashboard} → Webhooks: ${object}, the address ${url}, the verify token, and the fields ${fields.join(", ")}`,
  };
  if (subscriptions !== undefined && "refused" in subscriptions)
    findings.push({ what: `Meta does not say what is subscribed: ${subscriptions.refused}`, ...setUp });
  if (subscriptions !== undefined && "answer" in subscriptions) {
    const ours = subscriptions.answer.find((one) => one.object === object);
    const missing = fields.filter((name) => !ours?.fields.includes(name));
    if (ours === undefined) findings.push({ what: `the app has no webhook for ${object}`, ...setUp });
    else if (ours.callback_url !== url)
      findings.push({ what: `the webhook goes to ${ours.callback_url}`, ...setUp });
    else if (!ours.active) findings.push({ what: "Meta has switched the webhook off", ...setUp });
    else if (missing.length > 0)
      findings.push({ what: `the webhook lacks the fields ${missing.join(", ")}`, ...setUp });
  }
  if (
    app !== undefined &&
    "answer" in app &&
    subscribedApps !== undefined &&
    "answer" in subscribedApps &&
    !subscribedApps.answer.some(({ id }) => id === app.answer.id)
  )
    findings.push({
      what: `the account of ${settings.channels[setting]} does not send its webhooks to the app ${app.answer.id}`,
      remedy: "subscribe the app to it",
      command: `curl -X POST -H "Authorization: Bearer $TOKEN" "${graphApi}/${
        channel === "fbMessenger"
          ? `${settings.channels[setting]}/subscribed_apps?subscribed_fields=${fields.join(",")}`
          : "WHATSAPP_BUSINESS_ACCOUNT_ID/subscribed_apps"
      }"`,
    });
  return findings;
}
