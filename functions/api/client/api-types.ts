/** Made from the API's document by `npm run client-types`: not to be edited. */
export interface paths {
    "/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your messages of a customer, with a reference, or with a status
         * @description Newest first. Exactly one of the first parameters is needed.
         */
        get: operations["findMessages"];
        put?: never;
        /**
         * Sends a message by the first channel that reaches the customer
         * @description Stores the message and starts sending it; the answer says what will be tried.
         *
         *     A message of a test key reaches no provider, costs nothing, and goes to test addresses alone: `phoneNumber` is +44 20 7946 0000 or +1 202 555 0100, `email` is `test-0000@example.com`, `fbMessengerId`, any other identifier and a device's `token` are `test-0000`, and the number at the end says what becomes of it:
         *
         *     - `0000`: delivered at once
         *     - `0001`: not registered: refused at once
         *     - `0002`: taken, and never heard of again
         *     - `0003`: taken, and refused after 2 seconds
         *     - `0004`: slow: delivered after a minute
         *     - `0005`: delivered at once and read
         *     - `0006`: the provider is not available
         *     - `0007`: the provider's answer is lost, and it is delivered
         *     - `0008`: Meta's window is closed: a template is delivered, text is refused
         */
        post: operations["sendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answers what would be done, without doing it
         * @description Takes what `POST /messages` takes, and refuses what it refuses. Nothing is stored.
         */
        post: operations["planMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends many messages
         * @description An invalid item is refused, the others are accepted.
         */
        post: operations["sendBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The trace: which channels were tried or skipped, and why
         * @description The trace is kept for 30 days, unless the deployment is set to another time.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /**
         * Stops trying
         * @description What was sent cannot be taken back, and its receipts are still recorded.
         */
        delete: operations["cancelMessage"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends all open messages with a reference
         * @description What they are about was settled by other means: no further channel is tried, as if each had been cancelled, and their status is `resolved`. What was sent cannot be taken back. One call looks at up to 500 messages.
         */
        post: operations["resolveMessages"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/resend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a message again that did not reach the customer
         * @description A new message with the same content, to the same addresses, by the same rules; its trace has `resendOf`. The profile is not changed.
         */
        post: operations["resendMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/messages/{messageId}/redact": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Removes the personal data of a message
         * @description Text, addresses and metadata are removed, the trace stays. Repeated, it answers the time of the first redaction.
         */
        post: operations["redactMessage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/rules/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The rules with this name
         * @description The rules as they were last put. Another client's rule set of the same name is another one.
         */
        get: operations["getRuleSet"];
        /**
         * Stores rules under a name
         * @description A message that names them uses them as they are when it is accepted.
         */
        put: operations["putRuleSet"];
        post?: never;
        /**
         * Deletes the rules with this name
         * @description Messages that were accepted with them keep them.
         */
        delete: operations["deleteRuleSet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/profiles/{profileId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is known of a customer
         * @description The addresses and fields as they were last put, or added by a message.
         */
        get: operations["getProfile"];
        /**
         * Replaces what is known of a customer
         * @description A field that is left out is forgotten. Messages that name the profile use its addresses, and add the new ones that they bring.
         */
        put: operations["putProfile"];
        post?: never;
        /**
         * Deletes what is known of a customer
         * @description The customer's devices at the push service and what was learned of the customer go with the profile. Messages keep their addresses until they are redacted or expire.
         */
        delete: operations["deleteProfile"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/profiles/{profileId}/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your messages to a customer, and when they answered
         * @description Newest first. What the customer wrote is in the events alone. There need be no profile with this id, only messages that name it.
         */
        get: operations["findMessagesOfProfile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/profiles/{profileId}/consents/{channel}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a customer wants by a channel
         * @description As it decides about a message: by the profile and its addresses, by the channel and by all. An opt-out of any of them holds.
         */
        get: operations["getConsent"];
        /**
         * Notes what a customer wants by a channel, or by all
         * @description No message goes by a channel that the customer opted out of, once this is answered: a later message skips it (`opted_out`), and one under way does not try it any more (`OptedOut`). It is kept for the profile, and for the addresses that the profile has now, also where the profile is deleted. The profile need not exist.
         */
        put: operations["putConsent"];
        post?: never;
        /**
         * Forgets what a customer wants by a channel
         * @description As if nothing had been said for this channel, or for all, by the profile and its addresses.
         */
        delete: operations["deleteConsent"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/consents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notes what many customers want, by profile or address
         * @description For a list of another system. The later word on a channel holds, by `at`: an old list takes nothing back that was said since. An invalid item is refused, the others are recorded. A key's rate limit counts each item.
         */
        post: operations["postConsents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What holds for all your messages
         * @description The settings as they were last put; empty where none were.
         */
        get: operations["getSettings"];
        /**
         * Sets what holds for all your messages
         * @description A setting that is left out is unset. It takes effect within a minute.
         */
        put: operations["putSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your webhook
         * @description Where you receive events about your messages, and whether that works. The secret is not shown again.
         */
        get: operations["getWebhook"];
        /**
         * Sets where you receive events about your messages
         * @description Events are CloudEvents in JSON, signed according to Standard Webhooks. Putting the webhook again also switches it on again.
         */
        put: operations["putWebhook"];
        post?: never;
        /**
         * Stops sending you events
         * @description Events that wait for it are dropped.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The API as an OpenAPI 3.1 document
         * @description The document of this deployment, with its channels and windows.
         */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    messageEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The status of a message has changed */
        post: operations["tellMessageEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    inboundEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A customer has answered */
        post: operations["tellInboundEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    consentEvent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A customer wants no more messages, or wants them again */
        post: operations["tellConsentEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        Message: {
            to: components["schemas"]["To"];
            /** @description Where `to.phoneNumber` is dialled, if it has no `+`; without it, that of your settings. Bare digits that are no number there may be an international one. */
            defaultCountry?: ("AC" | "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GT" | "GU" | "GW" | "GY" | "HK" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TA" | "TC" | "TD" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "XK" | "YE" | "YT" | "ZA" | "ZM" | "ZW") | null;
            rules: components["schemas"]["Rules"] | {
                /** @description Orders the channels for this customer. `cost`: by the expected cost to reach them; `engagement`: by how likely they read. Where nothing is known, `cost` goes by the prices, and by `engagement` the channels keep their order. */
                prefer?: ("cost" | "engagement") | null;
                channels: components["schemas"]["Rules"];
            } | components["schemas"]["RuleSetName"];
            /** @description What the message is for: it decides which opt-outs of the customer hold. Without it, the `defaultCategory` of your settings, or else transactional. */
            category?: ("transactional" | "marketing" | "authentication") | null;
            /** @description Only channels to which the customer opted in are tried (`no_opt_in`); without it, as your settings say. */
            requireOptIn?: boolean | null;
            /** @description What becomes of a channel whose turn comes in the quiet hours of your settings; without it, as they say. */
            quietHours?: ("wait" | "skip" | "ignore") | null;
            /** @description The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`, with a default `{{profile.firstName|there}}`. Required where a channel of the rules has neither a text of its own nor a template; no longer than each channel accepts. */
            body?: string | null;
            /** @description The title, where a channel shows one: App messaging and Push. */
            title?: string | null;
            customBody?: components["schemas"]["CustomBody"] | null;
            channelOptions?: components["schemas"]["ChannelOptions"] | null;
            /** @description Files: each channel shows them as well as it can, or has their links in its text. What `channelOptions` say goes before it. */
            media?: {
                /**
                 * @description Fetched by the providers and the customer's programs. `s3://` is for RCS and MMS alone.
                 * @example https://shop.example/order-7.jpg
                 */
                url: string;
                /** @example image/jpeg */
                type: string;
                caption?: string | null;
                /** @description Of a document, where the channel shows it. */
                filename?: string | null;
            }[] | null;
            /** @description The same of answers to tap, links and numbers to call. */
            buttons?: {
                /**
                 * @description `url` needs a `url`, `call` a `phoneNumber`; `reply` has neither.
                 * @enum {string}
                 */
                type: "reply" | "url" | "call";
                /** @example Yes, confirm */
                text: string;
                /** @description What `message.inbound` has for a tap; without it, the text. */
                payload?: string | null;
                url?: string | null;
                phoneNumber?: string | null;
            }[] | null;
            /** @description A channel that does not show these as such, but as text or not at all, is skipped (`cannot_carry`). */
            mustHave?: ("media" | "buttons")[] | null;
            /** @description When it is to go out, at most 366 days ahead: ISO 8601 with a time zone, or `local`, a time of the customer's own clock, in `timeZone` or else the profile's. A time that is past is now. */
            sendAt?: (string | {
                local: string;
                /** @description The customer's time zone, by its name in the IANA database: quiet hours go by it. */
                timeZone?: string | null;
            }) | null;
            /** @description ISO 8601 with a time zone. After it no channel is tried; windows are shortened to the time that is left. */
            expiresOn?: string | null;
            /** @description US dollars. A channel is skipped where the total could exceed it: by the price table, as if every channel before it were billed. */
            maxCost?: string | null;
            /** @description Your own data, kept with the message and in its trace: at most 4,096 characters as JSON, 8 levels deep. */
            metadata?: {
                [key: string]: unknown;
            } | null;
            reference?: components["schemas"]["Reference"] | null;
        };
        /** @description Every address of the customer that you know; any further field is an identifier, for channels that the deployment may add. They take precedence over those of the profile, and are added to it. */
        To: {
            profileId?: components["schemas"]["ProfileId"] | null;
            phoneNumber?: components["schemas"]["PhoneNumber"] | null;
            /** @description The customer's page-scoped id at Facebook Messenger. */
            fbMessengerId?: string | null;
            /** @description The devices on which the customer has the business's app; a push goes to each. */
            appDevices?: components["schemas"]["AppDevice"][] | null;
            /** @description The customer's e-mail address; upper case makes no difference. */
            email?: string | null;
            /** @description The customer's time zone, by its name in the IANA database: quiet hours go by it. */
            timeZone?: string | null;
        } & {
            [key: string]: string | null | components["schemas"]["AppDevice"][];
        };
        /** @description Texts for individual channels, instead of `body`. */
        CustomBody: {
            /** @description At most 4096 bytes of payload for App messaging, with merge fields filled. */
            appMessaging?: string | null;
            /** @description At most 10000 characters for E-mail, with merge fields filled. */
            email?: string | null;
            /** @description At most 2000 characters for Facebook Messenger, with merge fields filled. */
            fbMessenger?: string | null;
            /** @description At most 1600 characters for MMS, with merge fields filled. */
            mms?: string | null;
            /** @description At most 4096 bytes of payload for Push, with merge fields filled. */
            nativePush?: string | null;
            /** @description At most 3072 characters for RCS, with merge fields filled. */
            rcs?: string | null;
            /** @description At most 1600 characters for SMS, with merge fields filled. */
            sms?: string | null;
            /** @description At most 4096 characters for WhatsApp, with merge fields filled. */
            whatsApp?: string | null;
        };
        /** @description Options that only one channel has, by channel. */
        ChannelOptions: {
            appMessaging?: {
                /** @description Handed to the app as it is: at most 4,096 characters as JSON. `from`, `message_type`, `notification` and names that begin with `google` or `gcm` are FCM's, `aps` is Apple's; `messageId` and `receiptToken` are put in. */
                data?: {
                    [key: string]: string;
                } | null;
                /** @description `normal` lets the device wait for a good moment, to save its battery. Default: `high`. */
                priority?: ("high" | "normal") | null;
                /** @description A later push with the same one takes the place of this on the device. */
                collapseId?: string | null;
            } | null;
            email?: {
                /** @description In the place of `title`; without both, the beginning of the text. */
                subject?: string | null;
                /** @description The message as HTML, beside the text; what merge fields are filled with is shown as text. Without a body, it goes out alone. */
                htmlBody?: string | null;
                /** @description The name that the customer sees as the sender. */
                fromName?: string | null;
                /** @description The customer's e-mail address; upper case makes no difference. */
                replyTo?: string | null;
                /** @description Files; with the rest of the message, all of it has at most 300,000 bytes. */
                attachments?: {
                    /**
                     * @description Its file name.
                     * @example invoice.pdf
                     */
                    name: string;
                    /** @description Its media type. */
                    type?: string | null;
                    /** @description Its bytes, in Base64. */
                    content: string;
                    /** @description Of a picture that the HTML shows: `<img src="cid:…">`. */
                    contentId?: string | null;
                }[] | null;
            } | null;
            fbMessenger?: {
                template?: components["schemas"]["Template"] | null;
                /** @description An attachment as Meta takes it, such as media or buttons: sent in the place of the body. */
                attachment?: {
                    /** @enum {string} */
                    type: "image" | "video" | "audio" | "file" | "template";
                    payload: {
                        [key: string]: unknown;
                    };
                } | null;
                /** @description Buttons below it, as Meta takes them; what is tapped is `message.inbound` with its payload. */
                quickReplies?: {
                    [key: string]: unknown;
                }[] | null;
                /** @description The messaging type that Meta is given for free text. Default: `UPDATE`. */
                messagingType?: ("RESPONSE" | "UPDATE") | null;
            } | null;
            mms?: {
                /** @description One file in the deployment's bucket for MMS: a picture of at most 2 MB, or video, audio, PDF, a contact of at most 600 KB. */
                mediaUrls?: string[] | null;
            } | null;
            nativePush?: {
                /** @description Handed to the app as it is: at most 4,096 characters as JSON. `from`, `message_type`, `notification` and names that begin with `google` or `gcm` are FCM's, `aps` is Apple's; `channel`, `deepLink`, `title`, `body`, `messageId` and `receiptToken` are put in. */
                data?: {
                    [key: string]: string;
                } | null;
                /** @description `normal` lets the device wait for a good moment, to save its battery. Default: `high`. */
                priority?: ("high" | "normal") | null;
                /** @description A later push with the same one takes the place of this on the device. */
                collapseId?: string | null;
                /** @description Where the app is to open: it is handed to the app as `deepLink` in the data. */
                deepLink?: string | null;
                /** @description Wakes the app and shows nothing; title and body are handed to it in the data. The platforms send few of these, and late where the battery is low. Default: `false`. */
                silent?: boolean | null;
            } | null;
            rcs?: {
                /** @description Sends a card: the media on top, this title, and the body, which may have 2,000 characters. */
                card?: {
                    title?: string | null;
                    suggestions?: {
                        /**
                         * @description `url` needs a `url`, `call` a `phoneNumber`; `reply` has neither.
                         * @enum {string}
                         */
                        type: "reply" | "url" | "call";
                        /** @example Yes, confirm */
                        text: string;
                        /** @description What `message.inbound` has for a tap; without it, the text. */
                        payload?: string | null;
                        url?: string | null;
                        phoneNumber?: string | null;
                    }[] | null;
                } | null;
                /** @description An image or a video: with a body it makes a card, without one it is sent alone. */
                media?: {
                    /**
                     * @description Fetched by AWS: JPEG, PNG, GIF or MP4; alone also audio or PDF; at most 100 MB.
                     * @example https://shop.example/order-1234.jpg
                     */
                    url: string;
                    /** @description Fetched by AWS: JPEG, PNG, GIF or MP4; alone also audio or PDF; at most 100 MB. */
                    thumbnailUrl?: string | null;
                    /** @description Of a card's media, on Android. Default: `medium`. */
                    height?: ("short" | "medium" | "tall") | null;
                } | null;
                /** @description Chips below the whole message; they go when the customer writes. */
                suggestions?: {
                    /**
                     * @description `url` needs a `url`, `call` a `phoneNumber`; `reply` has neither.
                     * @enum {string}
                     */
                    type: "reply" | "url" | "call";
                    /** @example Yes, confirm */
                    text: string;
                    /** @description What `message.inbound` has for a tap; without it, the text. */
                    payload?: string | null;
                    url?: string | null;
                    phoneNumber?: string | null;
                }[] | null;
            } | null;
            sms?: {
                /** @description What the customer sees as the sender: a sender id of 3 to 11 letters, digits or hyphens with at least one letter (SNS ignores it where a country has none), a number or short code of the account's own, or by AWS End User Messaging a pool. */
                from?: string | null;
                /** @description How AWS weighs reliability against cost. Of a message whose category is marketing: Promotional. Default: `Transactional`. */
                type?: ("Transactional" | "Promotional") | null;
                /** @description The ids of the sender and of the template's registration, which carriers in India ask for. */
                dlt?: {
                    entityId: string;
                    templateId: string;
                } | null;
                /** @description `false` refuses a text that does not fit into GSM-7, instead of sending it as UCS-2. Default: `true`. */
                allowUnicode?: boolean | null;
                /** @description Replaces characters of the text for SMS, so that it needs fewer parts. */
                unicodeConversion?: {
                    /** @description Puts look-alikes of GSM-7 in the place of characters that are not in it, as ' of ’, where the whole text then fits into GSM-7. Default: `false`. */
                    convertUnicodeToGsm?: boolean | null;
                    /** @description Replaces `from` by `to`, one after another, before anything else is replaced. */
                    customReplacements?: {
                        from: string;
                        to: string;
                    }[] | null;
                } | null;
            } | null;
            whatsApp?: {
                template?: components["schemas"]["Template"] | null;
                /** @description Fetched by Meta, and sent as free text is; the body is its caption, which may have 1,024 characters; audio has none. */
                media?: {
                    /** @enum {string} */
                    type: "image" | "video" | "audio" | "document";
                    /** @example https://shop.example/order-1234.jpg */
                    url: string;
                    /** @description Of a document. */
                    filename?: string | null;
                } | null;
                /** @description Up to three of type `reply`, or one of type `url`, below a body of at most 1,024 characters; texts of at most 20, payloads of at most 256. */
                buttons?: {
                    /**
                     * @description `url` needs a `url`, `call` a `phoneNumber`; `reply` has neither.
                     * @enum {string}
                     */
                    type: "reply" | "url" | "call";
                    /** @example Yes, confirm */
                    text: string;
                    /** @description What `message.inbound` has for a tap; without it, the text. */
                    payload?: string | null;
                    url?: string | null;
                    phoneNumber?: string | null;
                }[] | null;
                /** @description Shows a preview of the first link. Default: `false`. */
                previewUrl?: boolean | null;
                /** @description Sends free text by Meta's Direct Send, which takes how long a message is worth delivering (beta; a template has its own time to live). Of a message whose category is authentication: authentication. */
                category?: ("utility" | "authentication") | null;
            } | null;
        };
        Rule: components["schemas"]["Channel"] | components["schemas"]["AppMessagingRule"] | components["schemas"]["EmailRule"] | components["schemas"]["FbMessengerRule"] | components["schemas"]["MmsRule"] | components["schemas"]["NativePushRule"] | components["schemas"]["RcsRule"] | components["schemas"]["SmsRule"] | components["schemas"]["WhatsAppRule"];
        /** @description The channels in order of preference, each once. They are tried one after another, not all at once; a channel without an address is skipped. */
        Rules: components["schemas"]["Rule"][] & unknown & unknown & unknown & unknown & unknown & unknown & unknown & unknown;
        RuleSet: components["schemas"]["Rules"] | {
            /** @description Orders the channels for this customer. `cost`: by the expected cost to reach them; `engagement`: by how likely they read. Where nothing is known, `cost` goes by the prices, and by `engagement` the channels keep their order. */
            prefer?: ("cost" | "engagement") | null;
            channels: components["schemas"]["Rules"];
        };
        /** @description The name of a rule set that you have stored: `PUT /rules/{name}`. */
        RuleSetName: string;
        /**
         * @description - `appMessaging`: App messaging, to `appDevices`; at most 4096 bytes of payload; reports sent, delivered, read; until sent.
         *     - `email`: E-mail, to `email`; at most 10000 characters; reports sent, delivered, read; until delivered.
         *     - `fbMessenger`: Facebook Messenger, to `fbMessengerId`; at most 2000 characters; reports sent, delivered, read; until delivered.
         *     - `mms`: MMS, to `phoneNumber`; at most 1600 characters; reports sent, delivered; until delivered.
         *     - `nativePush`: Push, to `appDevices`; at most 4096 bytes of payload; reports sent, delivered, read; until sent.
         *     - `rcs`: RCS, to `phoneNumber`; at most 3072 characters; reports sent, delivered, read; until delivered.
         *     - `sms`: SMS, to `phoneNumber`; at most 1600 characters; reports sent, delivered; until delivered.
         *     - `whatsApp`: WhatsApp, to `phoneNumber`; at most 4096 characters; reports sent, delivered, read; until delivered.
         * @enum {string}
         */
        Channel: "appMessaging" | "email" | "fbMessenger" | "mms" | "nativePush" | "rcs" | "sms" | "whatsApp";
        AppDevice: {
            /**
             * @description Firebase Cloud Messaging, or Apple's push service.
             * @enum {string}
             */
            platform: "fcm" | "apns";
            /** @description The registration token that the push service gave the device. */
            token: string;
        };
        /** @description A template that Meta has approved: sent where free text is not taken, or where the message has no body. */
        Template: {
            name: string;
            /**
             * @example en
             * @example pt_BR
             */
            language: string;
            /** @description The template's parameters, as Meta takes them: at most 16,384 characters as JSON. */
            components?: {
                [key: string]: unknown;
            }[] | null;
        };
        IdempotencyKey: string;
        Batch: components["schemas"]["BatchItem"][];
        BatchItem: {
            to: components["schemas"]["To"];
            /** @description Where `to.phoneNumber` is dialled, if it has no `+`; without it, that of your settings. Bare digits that are no number there may be an international one. */
            defaultCountry?: ("AC" | "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GT" | "GU" | "GW" | "GY" | "HK" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TA" | "TC" | "TD" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "XK" | "YE" | "YT" | "ZA" | "ZM" | "ZW") | null;
            rules: components["schemas"]["Rules"] | {
                /** @description Orders the channels for this customer. `cost`: by the expected cost to reach them; `engagement`: by how likely they read. Where nothing is known, `cost` goes by the prices, and by `engagement` the channels keep their order. */
                prefer?: ("cost" | "engagement") | null;
                channels: components["schemas"]["Rules"];
            } | components["schemas"]["RuleSetName"];
            /** @description What the message is for: it decides which opt-outs of the customer hold. Without it, the `defaultCategory` of your settings, or else transactional. */
            category?: ("transactional" | "marketing" | "authentication") | null;
            /** @description Only channels to which the customer opted in are tried (`no_opt_in`); without it, as your settings say. */
            requireOptIn?: boolean | null;
            /** @description What becomes of a channel whose turn comes in the quiet hours of your settings; without it, as they say. */
            quietHours?: ("wait" | "skip" | "ignore") | null;
            /** @description The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`, with a default `{{profile.firstName|there}}`. Required where a channel of the rules has neither a text of its own nor a template; no longer than each channel accepts. */
            body?: string | null;
            /** @description The title, where a channel shows one: App messaging and Push. */
            title?: string | null;
            customBody?: components["schemas"]["CustomBody"] | null;
            channelOptions?: components["schemas"]["ChannelOptions"] | null;
            /** @description Files: each channel shows them as well as it can, or has their links in its text. What `channelOptions` say goes before it. */
            media?: {
                /**
                 * @description Fetched by the providers and the customer's programs. `s3://` is for RCS and MMS alone.
                 * @example https://shop.example/order-7.jpg
                 */
                url: string;
                /** @example image/jpeg */
                type: string;
                caption?: string | null;
                /** @description Of a document, where the channel shows it. */
                filename?: string | null;
            }[] | null;
            /** @description The same of answers to tap, links and numbers to call. */
            buttons?: {
                /**
                 * @description `url` needs a `url`, `call` a `phoneNumber`; `reply` has neither.
                 * @enum {string}
                 */
                type: "reply" | "url" | "call";
                /** @example Yes, confirm */
                text: string;
                /** @description What `message.inbound` has for a tap; without it, the text. */
                payload?: string | null;
                url?: string | null;
                phoneNumber?: string | null;
            }[] | null;
            /** @description A channel that does not show these as such, but as text or not at all, is skipped (`cannot_carry`). */
            mustHave?: ("media" | "buttons")[] | null;
            /** @description When it is to go out, at most 366 days ahead: ISO 8601 with a time zone, or `local`, a time of the customer's own clock, in `timeZone` or else the profile's. A time that is past is now. */
            sendAt?: (string | {
                local: string;
                /** @description The customer's time zone, by its name in the IANA database: quiet hours go by it. */
                timeZone?: string | null;
            }) | null;
            /** @description ISO 8601 with a time zone. After it no channel is tried; windows are shortened to the time that is left. */
            expiresOn?: string | null;
            /** @description US dollars. A channel is skipped where the total could exceed it: by the price table, as if every channel before it were billed. */
            maxCost?: string | null;
            /** @description Your own data, kept with the message and in its trace: at most 4,096 characters as JSON, 8 levels deep. */
            metadata?: {
                [key: string]: unknown;
            } | null;
            reference?: components["schemas"]["Reference"] | null;
            idempotencyKey?: components["schemas"]["IdempotencyKey"] | null;
        };
        /**
         * @description Your own id for the customer: an e-mail address, a customer number.
         * @example anna@example.com
         */
        ProfileId: string;
        /** @description The customer's addresses, and further fields of your own for merging: `{{profile.firstName}}`. */
        Profile: {
            phoneNumber?: components["schemas"]["PhoneNumber"] | null;
            /** @description The customer's page-scoped id at Facebook Messenger. */
            fbMessengerId?: string | null;
            /** @description The devices on which the customer has the business's app; a push goes to each. */
            appDevices?: components["schemas"]["AppDevice"][] | null;
            /** @description The customer's e-mail address; upper case makes no difference. */
            email?: string | null;
            /** @description The customer's time zone, by its name in the IANA database: quiet hours go by it. */
            timeZone?: string | null;
        } & {
            [key: string]: (string | number | boolean) | null | components["schemas"]["AppDevice"][];
        };
        /**
         * @description A channel, or `all`.
         * @enum {string}
         */
        ConsentChannel: "appMessaging" | "email" | "fbMessenger" | "mms" | "nativePush" | "rcs" | "sms" | "whatsApp" | "all";
        ConsentRequest: {
            /** @enum {string} */
            state: "opted-out" | "opted-in";
            /** @description How they said so, as you note it. */
            source?: string | null;
            /** @description When they said so, not in the future: without it, now. The later of two words holds. */
            at?: string | null;
        };
        ConsentItem: {
            /** @description Whose: an address holds for every message that is sent to it. */
            to: {
                profileId?: components["schemas"]["ProfileId"] | null;
                /** @description The customer's e-mail address; upper case makes no difference. */
                email?: string | null;
                /** @description The customer's page-scoped id at Facebook Messenger. */
                fbMessengerId?: string | null;
                phoneNumber?: components["schemas"]["PhoneNumber"] | null;
            };
            /** @description Default: `all`. */
            channel?: components["schemas"]["ConsentChannel"] | null;
            /** @enum {string} */
            state: "opted-out" | "opted-in";
            /** @description How they said so, as you note it. */
            source?: string | null;
            /** @description When they said so, not in the future: without it, now. The later of two words holds. */
            at?: string | null;
        };
        ConsentList: components["schemas"]["ConsentItem"][];
        ConsentResults: {
            /** @description One for each item, in order: the status is the one that the item would get as a single request. */
            results: ({
                index: number;
                /** @constant */
                status: 200;
            } | {
                index: number;
                /** @enum {number} */
                status: 400 | 422 | 429 | 500;
                errors: components["schemas"]["Fault"][];
            })[];
        };
        StoredConsent: {
            profileId: string;
            /** @description As in the path. */
            channel: string;
            /** @enum {string} */
            state: "opted-out" | "opted-in";
            /**
             * Format: date-time
             * @description When they said so.
             * @example 2030-01-01T00:00:00.000Z
             */
            at: string;
            source?: string;
            /** @description The id of the API key that recorded it. */
            by?: string;
        };
        WebhookRequest: {
            /**
             * Format: uri
             * @description https; its host name must resolve only to public addresses, now and at each call.
             */
            url: string;
            /** @description The types of events to receive; without it, all. */
            events?: ("message.sent" | "message.delivered" | "message.read" | "message.failed" | "message.expired" | "message.cancelled" | "message.resolved" | "message.inbound" | "consent.changed")[] | null;
            /** @description Creates a new secret; for 24 hours events are signed with the old one too. */
            rotateSecret?: boolean | null;
        };
        Webhook: {
            url: string;
            events?: string[];
            /**
             * @description `off`: the receiver answered 410; no events are sent until the webhook is put again.
             * @enum {string}
             */
            status: "active" | "failing" | "off";
        };
        NewWebhook: {
            url: string;
            events?: string[];
            /**
             * @description `off`: the receiver answered 410; no events are sent until the webhook is put again.
             * @enum {string}
             */
            status: "active" | "failing" | "off";
            /** @description To verify signatures with. It is shown only this once. */
            secret?: string;
        };
        /** @description A change of a message's status, as a CloudEvent. */
        MessageEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description `<messageId>/<sequence>`. The same at each delivery of the event, and the same as `webhook-id`. */
            id: string;
            /** @constant */
            source: "fallback-routing";
            /** @description The id of the message, and the name of its execution. */
            subject: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /** @enum {string} */
            type: "message.sent" | "message.delivered" | "message.read" | "message.failed" | "message.expired" | "message.cancelled" | "message.resolved";
            data: {
                /** @description The id of the message, and the name of its execution. */
                messageId: string;
                /** @description The client that the message belongs to. */
                client: string;
                status: components["schemas"]["MessageStatus"];
                /**
                 * @description What the message is for.
                 * @enum {string}
                 */
                category: "transactional" | "marketing" | "authentication";
                /**
                 * @description By a test key, to a test address: it reaches no provider.
                 * @constant
                 */
                test?: true;
                /** @description Later changes of a message have larger numbers; not every change is an event, so numbers may be missing. */
                sequence: number;
                /**
                 * @description For sent, delivered, read.
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                channel?: string;
                /**
                 * @description The receipt came after the route had moved on from the channel.
                 * @constant
                 */
                late?: true;
                /** @description For resolved: why, as the client gave it. */
                reason?: string;
                /** @description For failed, expired, cancelled and resolved: the error of each channel. */
                errors?: {
                    [key: string]: components["schemas"]["AttemptError"];
                };
                /** @description The reference of the message, as the client sent it. */
                reference?: string;
                /** @description The metadata of the message, as the client sent it. */
                metadata: {
                    [key: string]: unknown;
                };
            };
        };
        /** @description What a customer answered, as a CloudEvent. */
        InboundEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description Made from the provider's id of the customer's message. The same at each delivery of the event, and the same as `webhook-id`. */
            id: string;
            /** @constant */
            source: "fallback-routing";
            /** @description The id of the message, and the name of its execution. */
            subject: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /** @constant */
            type: "message.inbound";
            data: {
                /** @description The id of the message, and the name of its execution. */
                messageId: string;
                /** @description The client that the message belongs to. */
                client: string;
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                channel: string;
                /**
                 * @description `answer`: the channel reports which message it answers; `latest`: it is the last message that was sent to that address.
                 * @enum {string}
                 */
                matchedBy: "answer" | "latest";
                /** @description The provider's id of the customer's message. */
                providerMessageId: string;
                content: {
                    /**
                     * @example text
                     * @example button
                     * @example image
                     */
                    type: string;
                    text?: string;
                    /** @description What the sender attached to a button; a form's fields, as JSON. */
                    payload?: string;
                    /** @description The answer as the channel has it, where it is more than text and payload (media, a place, contacts, an order, a form); left out above 8,000 characters. */
                    details?: unknown;
                };
                /**
                 * @description What they wrote is STOP, START or HELP, or a word that means the same.
                 * @enum {string}
                 */
                keyword?: "stop" | "start" | "help";
                profileId?: string;
                /** @description The reference of the message, as the client sent it. */
                reference?: string;
                /** @description The metadata of the message, as the client sent it. */
                metadata: {
                    [key: string]: unknown;
                };
            };
        };
        /** @description What a customer wants by the channel from now on, as a CloudEvent. */
        ConsentEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description Made from the change. The same at each delivery of the event, and the same as `webhook-id`. */
            id: string;
            /** @constant */
            source: "fallback-routing";
            /** @description The id of the message, and the name of its execution. */
            subject: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /** @constant */
            type: "consent.changed";
            data: {
                /** @description The last message that went to the customer by this channel. */
                messageId: string;
                /** @description The client that the message belongs to. */
                client: string;
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                channel: string;
                /**
                 * @description `all`: they wrote a word as STOP; `marketing`: by WhatsApp's own switch.
                 * @enum {string}
                 */
                category: "marketing" | "all";
                /** @enum {string} */
                state: "opted-out" | "opted-in";
                profileId?: string;
                /** @description The reference of the message, as the client sent it. */
                reference?: string;
                /** @description The metadata of the message, as the client sent it. */
                metadata: {
                    [key: string]: unknown;
                };
            };
        };
        /**
         * @description With `+` and the country code, or, in bare digits, an international number that exists. With `defaultCountry` also as it is dialled in that country. Kept as E.164.
         * @example +447123123123
         * @example 447123123123
         */
        PhoneNumber: string;
        /**
         * @description A country, by its two letters (ISO 3166-1).
         * @example GB
         * @enum {string}
         */
        Country: "AC" | "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GT" | "GU" | "GW" | "GY" | "HK" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TA" | "TC" | "TD" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "XK" | "YE" | "YT" | "ZA" | "ZM" | "ZW";
        Settings: {
            /** @description Where a phone number without `+` is dialled, unless its message says. */
            defaultCountry?: ("AC" | "AD" | "AE" | "AF" | "AG" | "AI" | "AL" | "AM" | "AO" | "AR" | "AS" | "AT" | "AU" | "AW" | "AX" | "AZ" | "BA" | "BB" | "BD" | "BE" | "BF" | "BG" | "BH" | "BI" | "BJ" | "BL" | "BM" | "BN" | "BO" | "BQ" | "BR" | "BS" | "BT" | "BW" | "BY" | "BZ" | "CA" | "CC" | "CD" | "CF" | "CG" | "CH" | "CI" | "CK" | "CL" | "CM" | "CN" | "CO" | "CR" | "CU" | "CV" | "CW" | "CX" | "CY" | "CZ" | "DE" | "DJ" | "DK" | "DM" | "DO" | "DZ" | "EC" | "EE" | "EG" | "EH" | "ER" | "ES" | "ET" | "FI" | "FJ" | "FK" | "FM" | "FO" | "FR" | "GA" | "GB" | "GD" | "GE" | "GF" | "GG" | "GH" | "GI" | "GL" | "GM" | "GN" | "GP" | "GQ" | "GR" | "GT" | "GU" | "GW" | "GY" | "HK" | "HN" | "HR" | "HT" | "HU" | "ID" | "IE" | "IL" | "IM" | "IN" | "IO" | "IQ" | "IR" | "IS" | "IT" | "JE" | "JM" | "JO" | "JP" | "KE" | "KG" | "KH" | "KI" | "KM" | "KN" | "KP" | "KR" | "KW" | "KY" | "KZ" | "LA" | "LB" | "LC" | "LI" | "LK" | "LR" | "LS" | "LT" | "LU" | "LV" | "LY" | "MA" | "MC" | "MD" | "ME" | "MF" | "MG" | "MH" | "MK" | "ML" | "MM" | "MN" | "MO" | "MP" | "MQ" | "MR" | "MS" | "MT" | "MU" | "MV" | "MW" | "MX" | "MY" | "MZ" | "NA" | "NC" | "NE" | "NF" | "NG" | "NI" | "NL" | "NO" | "NP" | "NR" | "NU" | "NZ" | "OM" | "PA" | "PE" | "PF" | "PG" | "PH" | "PK" | "PL" | "PM" | "PR" | "PS" | "PT" | "PW" | "PY" | "QA" | "RE" | "RO" | "RS" | "RU" | "RW" | "SA" | "SB" | "SC" | "SD" | "SE" | "SG" | "SH" | "SI" | "SJ" | "SK" | "SL" | "SM" | "SN" | "SO" | "SR" | "SS" | "ST" | "SV" | "SX" | "SY" | "SZ" | "TA" | "TC" | "TD" | "TG" | "TH" | "TJ" | "TK" | "TL" | "TM" | "TN" | "TO" | "TR" | "TT" | "TV" | "TW" | "TZ" | "UA" | "UG" | "US" | "UY" | "UZ" | "VA" | "VC" | "VE" | "VG" | "VI" | "VN" | "VU" | "WF" | "WS" | "XK" | "YE" | "YT" | "ZA" | "ZM" | "ZW") | null;
            /** @description The category of a message that names none. */
            defaultCategory?: ("transactional" | "marketing" | "authentication") | null;
            /** @description How many messages of these categories a customer gets: more are refused (`capped`). */
            caps?: {
                /** @description Of which messages: those of all these categories together. */
                categories: ("transactional" | "marketing" | "authentication")[];
                /** @description How many a customer gets, over all channels. */
                most: number;
                /** @description In so many days, of 24 hours each, whenever they begin. */
                days: number;
            }[] | null;
            /** @description The only countries that phone numbers may be of; without it, all. */
            countries?: components["schemas"]["Country"][] | null;
            /** @description Messages go only by channels to which the customer opted in. */
            requireOptIn?: boolean | null;
            /** @description The hours in which customers are left alone, in their own time; from one day to the next too. */
            quietHours?: {
                /** @description Without it, all. */
                channels?: components["schemas"]["Channel"][] | null;
                /** @description Without it, all but `authentication`, which is quiet only where it is named. */
                categories?: ("transactional" | "marketing" | "authentication")[] | null;
                /** @description Of the customer's phone number; without it, all. */
                countries?: components["schemas"]["Country"][] | null;
                /** @example 21:00 */
                from: string;
                /** @example 08:00 */
                to: string;
                /** @description A channel whose turn comes waits for the end, or is skipped. Default: `wait`. */
                then?: ("wait" | "skip") | null;
            }[] | null;
        };
        /**
         * @description The furthest status of the message; a receipt may still advance it.
         * @enum {string}
         */
        MessageStatus: "scheduled" | "processing" | "sent" | "delivered" | "read" | "failed" | "expired" | "cancelled" | "resolved";
        Plan: {
            /**
             * @description What the message is for.
             * @enum {string}
             */
            category: "transactional" | "marketing" | "authentication";
            /**
             * @description By a test key, to a test address: it reaches no provider.
             * @constant
             */
            test?: true;
            /**
             * Format: date-time
             * @description When it is to go out; absent: at once.
             * @example 2030-01-01T00:00:00.000Z
             */
            sendAt?: string;
            /** @description The phone number that channels of the plan go to, as E.164, and its country (ISO 3166-1). */
            to?: {
                /** @example +447123123123 */
                phoneNumber: string;
                /** @example GB */
                country?: string;
            };
            /** @description What will be tried, in this order. */
            hops: components["schemas"]["PlannedHop"][];
            /** @description What will not be tried. */
            skipped: components["schemas"]["Skipped"][];
            /** @description The merge fields that have neither a value in the profile nor a default. */
            emptyFields?: string[];
            /** @description Of `POST /messages/plan`: your caps on messages of this category, as they are before this message. */
            caps?: {
                categories: string[];
                most: number;
                days: number;
                /** @description How many more the customer may have now. */
                left: number;
                /**
                 * Format: date-time
                 * @description Where none is left: when the next may be sent.
                 * @example 2030-01-01T00:00:00.000Z
                 */
                endsAt?: string;
            }[];
            cost?: components["schemas"]["PlannedCost"];
        };
        PlannedHop: {
            /**
             * @example appMessaging
             * @example email
             * @example fbMessenger
             * @example mms
             * @example nativePush
             * @example rcs
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /** @description The window, in seconds. */
            timeoutSeconds: number;
            /**
             * @description The status at which the customer counts as reached.
             * @enum {string}
             */
            until: "sent" | "delivered" | "read";
            /**
             * @description What goes out first, where the message brings a template. Text that is refused is followed by the template.
             * @enum {string}
             */
            form?: "text" | "template";
            /** @description The reason, for people. */
            formReason?: string;
            /** @description How it carries the request's media and buttons: `shown` as such, `asText` (links, numbers, answers to choose from), or `leftOut`. */
            carries?: {
                /** @enum {string} */
                media?: "shown" | "asText" | "leftOut";
                /** @enum {string} */
                buttons?: "shown" | "asText" | "leftOut";
            };
            /** @description The customer opted out of the channel, and it may take authentication nevertheless. */
            despiteOptOut?: string;
            /** @description It is in quiet hours as of now: what becomes of it if its turn comes before they end. */
            quietHours?: {
                /** @enum {string} */
                action: "wait" | "skip";
                /**
                 * Format: date-time
                 * @description Their end; absent where they last for days.
                 * @example 2030-01-01T00:00:00.000Z
                 */
                until?: string;
                /** @example Europe/Berlin */
                timeZone: string;
                /** @example waits until 08:00 in Europe/Berlin */
                reason: string;
            };
            /** @description How the text is split into parts, which are billed. */
            sms?: {
                parts: number;
                /**
                 * @example GSM-7
                 * @example UCS-2
                 */
                encoding: string;
                /** @description The characters that force UCS-2: the first 20. */
                costly?: string[];
                /** @description What `convertUnicodeToGsm` would make of it, where that has fewer parts. */
                converted?: {
                    parts: number;
                    /**
                     * @example GSM-7
                     * @example UCS-2
                     */
                    encoding: string;
                    /**
                     * @description US dollars.
                     * @example 0.03878
                     */
                    saves?: string;
                };
            };
            /**
             * @description US dollars, where the channel is billed. All of them together are `cost.dearest`.
             * @example 0.03878
             */
            estimatedCost?: string;
            /** @description The chance that `until` is reached, where the rules have `prefer`. */
            chance?: number;
            /** @description Why the hop has its place. */
            why?: {
                /** @enum {string} */
                prefer: "cost" | "engagement";
                /**
                 * @description No attempt is known, of this customer or in the country: by `cost`, the prices decide; by `engagement`, channels keep the order of the rules.
                 * @constant
                 */
                nothingKnown?: true;
                /** @description The chance that `until` is reached (cost), or that the message is read (engagement). */
                chance?: number;
                /**
                 * @description US dollars: what a try is expected to cost, divided by the chance. The lowest goes first.
                 * @example 0.03878
                 */
                costToReach?: string;
                /**
                 * @description The channel reports no reads.
                 * @constant
                 */
                readsAreNotTold?: true;
                secondsToRead?: number;
                /** @description The number of attempts that this rests on: this customer's, and everyone's in the country. */
                tries?: {
                    own: number;
                    everyone: number;
                };
            };
            /** @description How an `auto` window was chosen. */
            fit?: {
                within95Seconds?: number;
                receipts: number;
                bounds: number[];
            };
        };
        /** @description What it costs to reach the customer. `cheapest`: the cheapest channel does, and no other is billed; `dearest`: every channel is billed; `expected`, between them: on average, the channel that reaches the customer and what those before it cost in vain. Absent where a channel has no price. */
        PlannedCost: {
            /**
             * @description US dollars.
             * @example 0.03878
             */
            expected: string;
            /**
             * @description US dollars.
             * @example 0.03878
             */
            cheapest: string;
            /**
             * @description US dollars.
             * @example 0.03878
             */
            dearest: string;
        };
        StoredRuleSet: {
            name: string;
            /** @enum {string} */
            prefer?: "cost" | "engagement";
            channels: {
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                channel: string;
                fallbackAfter?: number | "auto";
                /** @enum {string} */
                until?: "sent" | "delivered" | "read";
            }[];
        };
        Skipped: {
            /**
             * @example appMessaging
             * @example email
             * @example fbMessenger
             * @example mms
             * @example nativePush
             * @example rcs
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /**
             * @description The reason, for programs.
             * @enum {string}
             */
            code: "unknown_channel" | "no_account" | "no_address" | "opted_out" | "no_opt_in" | "quiet_hours" | "window_closed" | "cannot_carry" | "sms_limit" | "no_price" | "max_cost" | "over_budget" | "capped" | "refused";
            /** @description The reason, for people. */
            reason: string;
        };
        Accepted: {
            /** @description The id of the message, and the name of its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
            /**
             * @description By a test key, to a test address: it reaches no provider.
             * @constant
             */
            test?: true;
            plan: components["schemas"]["Plan"];
        };
        Cancelled: {
            /** @description The id of the message, and the name of its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
        };
        ResolveRequest: {
            reference: components["schemas"]["Reference"];
            /** @description Why, for the traces and the events. */
            reason?: string | null;
            /** @description `next` of the answer before, where the reference has more messages than one call takes. */
            cursor?: string | null;
        };
        Resolved: {
            reference: string;
            /** @description How many they are. */
            count: number;
            /** @description The messages that are resolved now, by this call or an earlier one. */
            resolved: string[];
            /** @description There are more messages: put it into `cursor` and call again to go on with them. */
            next?: string;
        };
        Redacted: {
            /** @description The id of the message, and the name of its execution. */
            messageId: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            redactedAt: string;
        };
        Trace: {
            /** @description The id of the message, and the name of its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
            /**
             * @description What the message is for.
             * @enum {string}
             */
            category: "transactional" | "marketing" | "authentication";
            /**
             * @description By a test key, to a test address: it reaches no provider.
             * @constant
             */
            test?: true;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description No channel is tried after this time.
             * @example 2030-01-01T00:00:00.000Z
             */
            finishedAt?: string;
            /** @description Why it was resolved, as you gave it. */
            reason?: string;
            /**
             * Format: date-time
             * @description No channel is tried before this time.
             * @example 2030-01-01T00:00:00.000Z
             */
            sendAt?: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            expiresOn?: string;
            /**
             * Format: date-time
             * @description When the personal data was removed: text, addresses, metadata.
             * @example 2030-01-01T00:00:00.000Z
             */
            redactedAt?: string;
            /** @description How the quiet hours of your settings are kept. */
            quietHours?: {
                /** @enum {string} */
                asked?: "wait" | "skip" | "ignore";
                /** @description Where the customer may be: it is quiet where it is quiet in any of them. Empty: no time zone is known, so nothing waits. */
                timeZones?: string[];
            };
            /** @description As you sent it. */
            reference?: string;
            /** @description The id of the message that it repeats. */
            resendOf?: string;
            metadata: {
                [key: string]: unknown;
            };
            /**
             * @description Two channels may both have reached the customer.
             * @constant
             */
            possibleDuplicate?: true;
            /** @description The sum of the channels' costs. */
            cost: {
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                usd: string;
            };
            /** @description What the order of the channels saved against the dearest one, once the customer is reached. */
            saved?: {
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                usd: string;
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                against: string;
            };
            /** @description The channels of the rules, in order. */
            channels: components["schemas"]["ChannelTrace"][];
            execution: {
                arn: string;
                /**
                 * Format: uri
                 * @description Its page in the Step Functions console.
                 */
                console: string;
            };
        };
        ChannelTrace: {
            /**
             * @example appMessaging
             * @example email
             * @example fbMessenger
             * @example mms
             * @example nativePush
             * @example rcs
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /**
             * @description `unknown`: nobody knows whether it was sent; it is never sent again. `waiting`: for the end of quiet hours.
             * @enum {string}
             */
            outcome: "skipped" | "notTried" | "waiting" | "trying" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown";
            /**
             * @description The reason, for programs.
             * @enum {string}
             */
            code?: "unknown_channel" | "no_account" | "no_address" | "opted_out" | "no_opt_in" | "quiet_hours" | "window_closed" | "cannot_carry" | "sms_limit" | "no_price" | "max_cost" | "over_budget" | "capped" | "refused";
            /** @description The reason, for people. */
            reason?: string;
            /** @description How it carries the request's media and buttons: `shown` as such, `asText` (links, numbers, answers to choose from), or `leftOut`. */
            carries?: {
                /** @enum {string} */
                media?: "shown" | "asText" | "leftOut";
                /** @enum {string} */
                buttons?: "shown" | "asText" | "leftOut";
            };
            /** @description The customer opted out of the channel, and it may take authentication nevertheless. */
            despiteOptOut?: string;
            providerMessageId?: string;
            /** @description The one that took it, where the channel has several. */
            provider?: string;
            /** @description What its other providers answered before: they took nothing. */
            refusals?: {
                provider: string;
                name: string;
                code?: string;
            }[];
            error?: components["schemas"]["AttemptError"];
            /**
             * @description A receipt came after the route had moved on.
             * @constant
             */
            late?: true;
            cost?: components["schemas"]["Cost"];
            events?: components["schemas"]["TraceEvent"][];
        };
        Cost: {
            /**
             * @description US dollars.
             * @example 0.03878
             */
            usd: string;
            /**
             * @description Where the amount comes from.
             * @enum {string}
             */
            source: "provider" | "priceTable";
        };
        FoundMessage: {
            /** @constant */
            direction: "out";
            /** @description The id of the message, and the name of its execution. */
            messageId: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description No channel is tried after this time.
             * @example 2030-01-01T00:00:00.000Z
             */
            finishedAt?: string;
            /**
             * Format: date-time
             * @description No channel is tried before this time.
             * @example 2030-01-01T00:00:00.000Z
             */
            sendAt?: string;
            /**
             * @description The profile, and the end of each address.
             * @example {
             *       "profileId": "anna@example.com",
             *       "phoneNumber": "…3123"
             *     }
             */
            to: {
                [key: string]: string;
            };
            /** @description As you sent it. */
            reference?: string;
            status: components["schemas"]["MessageStatus"];
            /**
             * @description By a test key, to a test address: it reaches no provider.
             * @constant
             */
            test?: true;
            /** @description The channels of the rules, in order. */
            channels: {
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                channel: string;
                /**
                 * @description `unknown`: nobody knows whether it was sent; it is never sent again. `waiting`: for the end of quiet hours.
                 * @enum {string}
                 */
                outcome: "skipped" | "notTried" | "waiting" | "trying" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown";
            }[];
            /** @description The sum of the channels' costs. */
            cost: {
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                usd: string;
            };
            /** @description What the order of the channels saved against the dearest one, once the customer is reached. */
            saved?: {
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                usd: string;
                /**
                 * @example appMessaging
                 * @example email
                 * @example fbMessenger
                 * @example mms
                 * @example nativePush
                 * @example rcs
                 * @example sms
                 * @example whatsApp
                 */
                against: string;
            };
        };
        /** @description The customer answered. */
        FoundAnswer: {
            /** @constant */
            direction: "in";
            /**
             * @example appMessaging
             * @example email
             * @example fbMessenger
             * @example mms
             * @example nativePush
             * @example rcs
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            at: string;
            /** @description The id of the message that it answers. */
            answers: string;
        };
        FoundMessages: {
            messages: components["schemas"]["FoundMessage"][];
            /** @description The `cursor` of the page after this one; absent: there is none. */
            next?: string;
        };
        Conversation: {
            messages: (components["schemas"]["FoundMessage"] | components["schemas"]["FoundAnswer"])[];
            /** @description The `cursor` of the page after this one; absent: there is none. */
            next?: string;
        };
        /**
         * @description Your own number of it, such as an order's: messages are found by it, and events have it.
         * @example order-1234
         */
        Reference: string;
        TraceEvent: {
            /** @enum {string} */
            status: "waiting" | "claimed" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown" | "resumed";
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            at: string;
            /**
             * Format: date-time
             * @description Of `waiting`: when the quiet hours end.
             * @example 2030-01-01T00:00:00.000Z
             */
            until?: string;
            /** @description Of `waiting`: where they end last. */
            timeZone?: string;
            /**
             * @description Who is known to have the message: many carriers report only that they accepted it.
             * @enum {string}
             */
            deliveredTo?: "carrier" | "phone";
        };
        /** @description The last error. */
        AttemptError: {
            /**
             * @example NotRegistered
             * @example Undeliverable
             * @example States.Timeout
             */
            name: string;
            /** @description The provider's own error code. */
            code?: string;
            message: string;
            /**
             * @description Whom it speaks of: this request, its template, the customer (address, device, thread), the identity that it was sent as (a phone number, a page, a platform application), the account, or the provider as a whole.
             * @enum {string}
             */
            speaksOf?: "request" | "template" | "customer" | "identity" | "account" | "provider";
            /** @description The identity that it was sent as. */
            identity?: string;
        };
        BatchResults: {
            /** @description One for each item, in order: the status is the one that the item would get as a single request. */
            results: ({
                index: number;
                /** @constant */
                status: 201;
                /** @description The id of the message, and the name of its execution. */
                messageId: string;
            } | {
                index: number;
                /** @enum {number} */
                status: 400 | 422 | 429 | 500;
                errors: components["schemas"]["Fault"][];
            })[];
        };
        StoredProfile: {
            profileId: string;
            phoneNumber?: components["schemas"]["PhoneNumber"];
            /** @description The customer's page-scoped id at Facebook Messenger. */
            fbMessengerId?: string;
            /** @description The devices on which the customer has the business's app; a push goes to each. */
            appDevices?: components["schemas"]["AppDevice"][];
            /**
             * @description The customer's e-mail address; upper case makes no difference.
             * @example anna@example.com
             */
            email?: string;
            /**
             * @description The customer's time zone, by its name in the IANA database: quiet hours go by it.
             * @example Europe/Berlin
             */
            timeZone?: string;
        } & {
            [key: string]: (string | number | boolean) | components["schemas"]["AppDevice"][];
        };
        Fault: {
            /**
             * @description The field, as in the request; empty for the request as a whole.
             * @example rules[1].fallbackAfter
             */
            path: string;
            /**
             * @description What is wrong, for programs.
             * @enum {string}
             */
            code: "not_json" | "not_unicode" | "wrong_encoding" | "too_deep" | "too_many_values" | "missing" | "unknown_field" | "wrong_type" | "invalid" | "too_short" | "too_long" | "too_small" | "too_large" | "past" | "future" | "no_merge_field" | "blank" | "unicode_not_allowed" | "nothing_to_send" | "unknown_rules" | "country_not_allowed" | "not_a_test_address" | "reused" | "rate_limited" | "scope_missing" | "not_finished" | "not_failed" | "redacted" | "repeated" | "unsafe_address" | "failed" | "more" | "unknown_channel" | "no_account" | "no_address" | "opted_out" | "no_opt_in" | "quiet_hours" | "window_closed" | "cannot_carry" | "sms_limit" | "no_price" | "max_cost" | "over_budget" | "capped" | "refused";
            /** @description What is wrong, for people. */
            message: string;
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @constant */
            type: "about:blank";
            title: string;
            status: number;
            /** @description One entry for each fault: the first 20, or the first 3 for an item of a batch. Where there are more, the last entry has the code `more`. */
            errors: components["schemas"]["Fault"][];
        };
        OpenApiDocument: {
            openapi: string;
        } & {
            [key: string]: unknown;
        };
        /** @description App messaging, with a window and a status for this message. */
        AppMessagingRule: {
            /** @constant */
            channel: "appMessaging";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `120`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `sent`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
        /** @description E-mail, with a window and a status for this message. */
        EmailRule: {
            /** @constant */
            channel: "email";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `600`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
        /** @description Facebook Messenger, with a window and a status for this message. */
        FbMessengerRule: {
            /** @constant */
            channel: "fbMessenger";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `300`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
        /** @description MMS, with a window and a status for this message. */
        MmsRule: {
            /** @constant */
            channel: "mms";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `600`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered") | null;
        };
        /** @description Push, with a window and a status for this message. */
        NativePushRule: {
            /** @constant */
            channel: "nativePush";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `120`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `sent`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
        /** @description RCS, with a window and a status for this message. */
        RcsRule: {
            /** @constant */
            channel: "rcs";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `300`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
        /** @description SMS, with a window and a status for this message. */
        SmsRule: {
            /** @constant */
            channel: "sms";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `600`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered") | null;
        };
        /** @description WhatsApp, with a window and a status for this message. */
        WhatsAppRule: {
            /** @constant */
            channel: "whatsApp";
            /** @description The window, in seconds: without the status in time, the next channel is tried. `auto`: the time within which 95 % of the channel's receipts in the country came. Default: `300`. */
            fallbackAfter?: (number | "auto") | null;
            /** @description The status at which the customer counts as reached. Default: `delivered`. */
            until?: ("sent" | "delivered" | "read") | null;
        };
    };
    responses: {
        /** @description The request is not valid: one entry for each fault, with its field. */
        NotValid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request has no API key. */
        NoApiKey: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key lacks the scope that the answer names, is unknown, or was revoked. */
        NotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is larger than 6 MB, or would be once it is unpacked. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not UTF-8, or is compressed by something other than gzip. */
        NotReadable: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests: wait, and send the request again. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key's rate limit or the client's budget is exceeded, as the answer says, or there are too many requests in all: wait, and send the request again. */
        TooManyOfKey: {
            headers: {
                /** @description Seconds to wait, where the limit is the key's or the client's. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something failed on our side: send the request again, a message with the same Idempotency-Key. */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The function took too long: send the request again, a message with the same Idempotency-Key. */
        TooSlow: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    findMessages: {
        parameters: {
            query?: {
                /** @description Messages that name this profile, by the time at which they came in. */
                profileId?: components["schemas"]["ProfileId"];
                /** @description Messages that a channel tried to send to this address, by the time of the last try. */
                email?: string;
                /** @description Messages that a channel tried to send to this address, by the time of the last try. */
                fbMessengerId?: string;
                /** @description Messages that a channel tried to send to this address, by the time of the last try. */
                phoneNumber?: components["schemas"]["PhoneNumber"];
                /** @description Messages with this reference, by the time at which they came in. */
                reference?: components["schemas"]["Reference"];
                /** @description Messages that ended so, by that time; `scheduled`: that wait for their `sendAt`, by it. Within a second or so. */
                status?: "scheduled" | "failed" | "expired" | "cancelled" | "resolved";
                /** @description ISO 8601 with a time zone: the oldest time, of those by which the list is in order. */
                from?: string;
                /** @description The newest time. */
                to?: string;
                /** @description The most that a page has. It may have fewer, or none: there is more as long as there is a `next`. */
                limit?: number;
                /** @description The `next` of the page before; the other parameters stay as they were. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundMessages"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a request safe to repeat: the same key with the same content gives the first answer again, with other content 422. Other clients' keys do not matter; a key expires after a day, unless the deployment sets another time. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Message"];
            };
        };
        responses: {
            /** @description Accepted. */
            201: {
                headers: {
                    /** @description The URL of the message's trace. */
                    Location: string;
                    /** @description `true` where the answer repeats an earlier one: nothing new was sent. */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            /** @description No channel is left to try, with the reason for each; or the key was used for other content. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    planMessage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Message"];
            };
        };
        responses: {
            /** @description The plan: channels, windows, SMS parts, expected cost. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    sendBatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Gives each item that has no key of its own one, made from this and the item's place: the same batch with the same key is not sent again. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description One result for each item. */
            202: {
                headers: {
                    /** @description `true` where the answer repeats an earlier one: nothing new was sent. */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BatchResults"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id that `POST /messages` answered. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Trace"];
                };
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no message with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    cancelMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id that `POST /messages` answered. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The message's status now. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cancelled"];
                };
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no message with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    resolveMessages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResolveRequest"];
            };
        };
        responses: {
            /** @description Which messages are resolved. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Resolved"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    resendMessage: {
        parameters: {
            query?: {
                /** @description `true`: also where the customer was reached, or the message was cancelled or resolved. */
                force?: "true" | "false";
            };
            header?: {
                /** @description Makes a request safe to repeat: the same key with the same content gives the first answer again, with other content 422. Other clients' keys do not matter; a key expires after a day, unless the deployment sets another time. */
                "Idempotency-Key"?: components["schemas"]["IdempotencyKey"];
            };
            path: {
                /** @description The id that `POST /messages` answered. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted. */
            201: {
                headers: {
                    /** @description The URL of the message's trace. */
                    Location: string;
                    /** @description `true` where the answer repeats an earlier one: nothing new was sent. */
                    "Idempotency-Replayed"?: "true";
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no message with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The message is not finished, is redacted, or reached the customer. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            /** @description No channel is left to try, with the reason for each; or the key was used before. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    redactMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The id that `POST /messages` answered. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The time of the redaction. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redacted"];
                };
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no message with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The message is not finished: wait until it is, or cancel it first. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getRuleSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name by which the rules of a message refer to it. */
                name: components["schemas"]["RuleSetName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The rules. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRuleSet"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no rule set with this name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    putRuleSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name by which the rules of a message refer to it. */
                name: components["schemas"]["RuleSetName"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RuleSet"];
            };
        };
        responses: {
            /** @description The rules as they are stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredRuleSet"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    deleteRuleSet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The name by which the rules of a message refer to it. */
                name: components["schemas"]["RuleSetName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are deleted, or did not exist. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The profile. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredProfile"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no profile with this id. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    putProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Profile"];
            };
        };
        responses: {
            /** @description The profile as it is stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredProfile"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    deleteProfile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted, or did not exist. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    findMessagesOfProfile: {
        parameters: {
            query?: {
                /** @description ISO 8601 with a time zone: the oldest time, of those by which the list is in order. */
                from?: string;
                /** @description The newest time. */
                to?: string;
                /** @description The most that a page has. It may have fewer, or none: there is more as long as there is a `next`. */
                limit?: number;
                /** @description The `next` of the page before; the other parameters stay as they were. */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of messages and answers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Conversation"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
                /** @description A channel, or `all`. */
                channel: components["schemas"]["ConsentChannel"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What holds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredConsent"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description No consent of this customer is stored for this channel. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    putConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
                /** @description A channel, or `all`. */
                channel: components["schemas"]["ConsentChannel"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentRequest"];
            };
        };
        responses: {
            /** @description What holds now: the later word, which may be another one. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoredConsent"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    deleteConsent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Percent-encoded. */
                profileId: components["schemas"]["ProfileId"];
                /** @description A channel, or `all`. */
                channel: components["schemas"]["ConsentChannel"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is forgotten, or was not known. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    postConsents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentList"];
            };
        };
        responses: {
            /** @description One result for each item. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsentResults"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    putSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Settings"];
            };
        };
        responses: {
            /** @description The settings as they are stored. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Settings"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description You have no webhook. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    putWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookRequest"];
            };
        };
        responses: {
            /** @description The webhook, with its secret where a new one was created: it is shown only this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhook"];
                };
            };
            400: components["responses"]["NotValid"];
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            /** @description The webhook was changed at the same time: send the request again. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["TooLarge"];
            415: components["responses"]["NotReadable"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is deleted, or did not exist. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NoApiKey"];
            403: components["responses"]["NotAllowed"];
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
            413: components["responses"]["TooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    tellMessageEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's `id`: the same when the delivery is repeated. */
                "webhook-id": string;
                /** @description The time of this request, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the HMAC-SHA256 of id, timestamp and body with the webhook's secret as the key; two signatures while a secret is replaced. https://www.standardwebhooks.com */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MessageEvent"];
            };
        };
        responses: {
            /** @description No more events are wanted: the webhook is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event is received. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The delivery is repeated later, for up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    tellInboundEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's `id`: the same when the delivery is repeated. */
                "webhook-id": string;
                /** @description The time of this request, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the HMAC-SHA256 of id, timestamp and body with the webhook's secret as the key; two signatures while a secret is replaced. https://www.standardwebhooks.com */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InboundEvent"];
            };
        };
        responses: {
            /** @description No more events are wanted: the webhook is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event is received. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The delivery is repeated later, for up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    tellConsentEvent: {
        parameters: {
            query?: never;
            header: {
                /** @description The event's `id`: the same when the delivery is repeated. */
                "webhook-id": string;
                /** @description The time of this request, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the HMAC-SHA256 of id, timestamp and body with the webhook's secret as the key; two signatures while a secret is replaced. https://www.standardwebhooks.com */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConsentEvent"];
            };
        };
        responses: {
            /** @description No more events are wanted: the webhook is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The event is received. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The delivery is repeated later, for up to 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
