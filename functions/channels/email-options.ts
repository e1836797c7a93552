/** What `channelOptions.email` may hold. */
import * as v from "valibot";
import { emailAddress } from "../domain/customer/profile.ts";
import { inJsonSchema, object } from "../validation/json-schema.ts";

const text = (most: number, name: string) =>
  v.pipe(
    v.string(),
    v.minLength(1, "must not be empty"),
    v.maxLength(most, `must have at most ${name} characters`),
  );
const line = (most: number) =>
  v.pipe(
    text(most, `${most}`),
    inJsonSchema(v.regex(/^\P{Cc}*$/u, "must be one line, without control characters"), {
      pattern: "^[^\\x00-\\x1f\\x7f-\\x9f]*$",
    }),
  );

/** SES takes no others: https://docs.aws.amazon.com/ses/latest/dg/mime-types.html */
const refusedExtensions = new Set(
  (
    "ade adp app asp bas bat cer chm cmd com cpl crt csh der exe fxp gadget hlp hta inf ins isp its js jse ksh lib lnk mad maf " +
    "mag mam maq mar mas mat mau mav maw mda mdb mde mdt mdw mdz msc msh msh1 msh2 mshxml msh1xml msh2xml msi msp mst ops pcd pif " +
    "plg prf prg reg scf scr sct shb shs sys ps1 ps1xml ps2 ps2xml psc1 psc2 tmp url vb vbe vbs vps vsmacros vss vst vsw vxd ws " +
    "wsc wsf wsh xnk"
  ).split(" "),
);

const attachment = v.strictObject({
  name: v.pipe(
    line(255),
    inJsonSchema(
      v.check(
        (name) => !refusedExtensions.has(name.slice(name.lastIndexOf(".") + 1).toLowerCase()),
        "must not be of a type that Amazon SES refuses, as .exe or .js",
      ),
      {},
    ),
    v.metadata({ description: "Its file name.", examples: ["invoice.pdf"] }),
  ),
  type: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[a-z]+\/[A-Za-z0-9.+-]{1,100}$/, "must be a media type, such as application/pdf"),
      v.metadata({ description: "Its media type.", examples: ["application/pdf"] }),
    ),
  ),
  content: v.pipe(
    text(300_000, "300,000"),
    v.base64("must be Base64"),
    v.description("Its bytes, in Base64."),
  ),
  contentId: v.exactOptional(
    v.pipe(
      v.string(),
      v.regex(/^[A-Za-z0-9._-]{1,78}$/, "must be up to 78 letters, digits, dots, _ and -"),
      v.description('Of a picture that the HTML shows: `<img src="cid:…">`.'),
    ),
  ),
});

export const emailOptions = v.strictObject({
  subject: v.exactOptional(
    v.pipe(line(256), v.description("In the place of `title`; without both, the beginning of the text.")),
  ),
  htmlBody: v.exactOptional(
    v.pipe(
      text(250_000, "250,000"),
      v.description(
        "The message as HTML, beside the text; what merge fields are filled with is shown as text. Without a body, it goes out alone.",
      ),
    ),
  ),
  fromName: v.exactOptional(
    v.pipe(
      line(100),
      v.metadata({ description: "The name that the customer sees as the sender.", examples: ["MyShop"] }),
    ),
  ),
  replyTo: v.exactOptional(v.pipe(emailAddress, v.description("Where the customer's answers go."))),
  attachments: v.exactOptional(
    v.pipe(
      v.array(object(attachment)),
      v.maxLength(20, "must have at most 20 attachments"),
      v.description("Files; with the rest of the message, all of it has at most 300,000 bytes."),
    ),
  ),
});
