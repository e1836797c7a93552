/** Made from the API's document by `npm run client-types`: not to be edited. */
export interface paths {
    "/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a message by the first channel that reaches the customer
         * @description Stores the message and starts it; the answer says what will be tried.
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
         * Says what would be done, and does nothing
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
         * @description A bad item refuses itself, not the batch.
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
         * The trace: each channel, tried or skipped and why
         * @description It is kept for 30 days, unless the deployment is set to another time.
         */
        get: operations["getMessage"];
        put?: never;
        post?: never;
        /**
         * Stops trying
         * @description What is out stays out, and its receipts are still recorded.
         */
        delete: operations["cancelMessage"];
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
         * Removes what is personal
         * @description Text, addresses and metadata go, the trace stays. Done again, it says when it was done.
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
         * The rules that have the name
         * @description As they were last put. Another client's rule set of the same name is another one.
         */
        get: operations["getRuleSet"];
        /**
         * Stores rules under a name
         * @description A message that names them takes them as they are when it is accepted.
         */
        put: operations["putRuleSet"];
        post?: never;
        /**
         * Deletes the rules that have the name
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
         * @description The addresses and fields as they were last put or added by a message.
         */
        get: operations["getProfile"];
        /**
         * Replaces what is known of a customer
         * @description A field that is left out is forgotten. Messages that name the profile use its addresses, and add the new ones that they bring.
         */
        put: operations["putProfile"];
        post?: never;
        /**
         * Forgets a customer
         * @description With the profile go its devices at the push service and what was learned of the customer. Messages keep their addresses until they are redacted or expire from the table.
         */
        delete: operations["deleteProfile"];
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
         * @description Where you are told of your messages, and whether that works. The secret is not shown again.
         */
        get: operations["getWebhook"];
        /**
         * Says where to tell you of your messages
         * @description Events are CloudEvents in JSON, signed by the Standard Webhooks convention. Put again, it is switched on again.
         */
        put: operations["putWebhook"];
        post?: never;
        /**
         * Tells you nothing any more
         * @description What waited for it is dropped.
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
         * @description As this deployment has it, with its channels and windows.
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
        /** A message's status has changed */
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
}
export interface components {
    schemas: {
        Message: {
            to: components["schemas"]["To"];
            rules: components["schemas"]["Rules"] | {
                /**
                 * @description What orders the channels for this customer. `cost`: the cheapest expected cost to reach them; `engagement`: where they read. With nothing known they keep the order given.
                 * @enum {string}
                 */
                prefer?: "cost" | "engagement";
                channels: components["schemas"]["Rules"];
            } | components["schemas"]["RuleSetName"];
            /** @description The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`. Needed where a channel of the rules has neither a text of its own nor a template; no longer than each channel takes. */
            body?: string;
            /** @description The title, where a channel shows one: App messaging. */
            title?: string;
            customBody?: components["schemas"]["CustomBody"];
            channelOptions?: components["schemas"]["ChannelOptions"];
            /**
             * @description ISO 8601 with its zone. Past it no channel is tried; windows are cut to what is left.
             * @example 2030-01-01T00:00:00Z
             */
            expiresOn?: string;
            /**
             * @description US dollars. Channels that would make the possible total pass it are skipped: by the price table, as if every channel before were billed.
             * @example 0.05
             */
            maxCost?: string;
            /** @description Your own data, kept with the message and in its trace: at most 4,096 characters as JSON, 8 levels deep. */
            metadata?: {
                [key: string]: unknown;
            };
        };
        /** @description Every address that you have of the customer; any further field is an identifier, for channels that may join the deployment. They go before those of the profile, and are added to it. */
        To: {
            profileId?: components["schemas"]["ProfileId"];
            phoneNumber?: components["schemas"]["PhoneNumber"];
            /** @description The customer's page-scoped id at Facebook Messenger. */
            fbMessengerId?: string;
            /** @description The devices on which the customer has the business's app; a push goes to each. */
            appDevices?: components["schemas"]["AppDevice"][];
        } & {
            [key: string]: string | components["schemas"]["AppDevice"][];
        };
        /** @description Texts for single channels, instead of `body`. */
        CustomBody: {
            /** @description App messaging takes at most 4096 bytes of payload, merge fields filled. */
            appMessaging?: string;
            /** @description Facebook Messenger takes at most 2000 characters, merge fields filled. */
            fbMessenger?: string;
            /** @description SMS takes at most 1600 characters, merge fields filled. */
            sms?: string;
            /** @description WhatsApp takes at most 4096 characters, merge fields filled. */
            whatsApp?: string;
        };
        /** @description What only one channel knows, by channel. */
        ChannelOptions: {
            appMessaging?: {
                /** @description Handed to the app as it is: at most 4,096 characters as JSON. `from`, `message_type`, `notification` and names that begin with `google` or `gcm` are FCM's, `aps` is Apple's; `messageId` and `receiptToken` are put in. */
                data?: {
                    [key: string]: string;
                };
                /**
                 * @description `normal` lets the device wait for a good moment, to save its battery. Default: `high`.
                 * @enum {string}
                 */
                priority?: "high" | "normal";
                /** @description A later push with the same one takes the place of this on the device. */
                collapseId?: string;
            };
            fbMessenger?: {
                template?: components["schemas"]["Template"];
                /**
                 * @description What Meta is told free text is. Default: `UPDATE`.
                 * @enum {string}
                 */
                messagingType?: "RESPONSE" | "UPDATE";
            };
            sms?: {
                /**
                 * @description The sender id that the customer sees: 3 to 11 letters, digits or hyphens with at least one letter; ignored where a country has none.
                 * @example MyShop
                 */
                from?: string;
                /**
                 * @description How SNS weighs reliability against cost. Default: `Transactional`.
                 * @enum {string}
                 */
                type?: "Transactional" | "Promotional";
            };
            whatsApp?: {
                template?: components["schemas"]["Template"];
                /** @description Shows a preview of the first link. Default: `false`. */
                previewUrl?: boolean;
                /**
                 * @description Sends free text by Meta's Direct Send, which can be told how long a message is worth delivering (beta; a template has its own time to live).
                 * @enum {string}
                 */
                category?: "utility" | "authentication";
            };
        };
        Rule: components["schemas"]["Channel"] | components["schemas"]["AppMessagingRule"] | components["schemas"]["FbMessengerRule"] | components["schemas"]["SmsRule"] | components["schemas"]["WhatsAppRule"];
        /** @description The channels in order of preference, each once. It is an order, not a broadcast; a channel without an address is skipped. */
        Rules: components["schemas"]["Rule"][] & unknown & unknown & unknown & unknown;
        RuleSet: components["schemas"]["Rules"] | {
            /**
             * @description What orders the channels for this customer. `cost`: the cheapest expected cost to reach them; `engagement`: where they read. With nothing known they keep the order given.
             * @enum {string}
             */
            prefer?: "cost" | "engagement";
            channels: components["schemas"]["Rules"];
        };
        /** @description The name of a rule set that you have stored: `PUT /rules/{name}`. */
        RuleSetName: string;
        /**
         * @description - `appMessaging`: App messaging, to `appDevices`; at most 4096 bytes of payload; reports sent, delivered, read; until sent.
         *     - `fbMessenger`: Facebook Messenger, to `fbMessengerId`; at most 2000 characters; reports sent, delivered, read; until delivered.
         *     - `sms`: SMS, to `phoneNumber`; at most 1600 characters; reports sent, delivered; until delivered.
         *     - `whatsApp`: WhatsApp, to `phoneNumber`; at most 4096 characters; reports sent, delivered, read; until delivered.
         * @enum {string}
         */
        Channel: "appMessaging" | "fbMessenger" | "sms" | "whatsApp";
        AppDevice: {
            /**
             * @description Firebase Cloud Messaging, or Apple's push service.
             * @enum {string}
             */
            platform: "fcm" | "apns";
            /** @description The registration token that the device has from its push service. */
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
            }[];
        };
        IdempotencyKey: string;
        Batch: components["schemas"]["BatchItem"][];
        BatchItem: {
            to: components["schemas"]["To"];
            rules: components["schemas"]["Rules"] | {
                /**
                 * @description What orders the channels for this customer. `cost`: the cheapest expected cost to reach them; `engagement`: where they read. With nothing known they keep the order given.
                 * @enum {string}
                 */
                prefer?: "cost" | "engagement";
                channels: components["schemas"]["Rules"];
            } | components["schemas"]["RuleSetName"];
            /** @description The text. Merge fields are filled from the profile and `to`: `{{profile.firstName}}`. Needed where a channel of the rules has neither a text of its own nor a template; no longer than each channel takes. */
            body?: string;
            /** @description The title, where a channel shows one: App messaging. */
            title?: string;
            customBody?: components["schemas"]["CustomBody"];
            channelOptions?: components["schemas"]["ChannelOptions"];
            /**
             * @description ISO 8601 with its zone. Past it no channel is tried; windows are cut to what is left.
             * @example 2030-01-01T00:00:00Z
             */
            expiresOn?: string;
            /**
             * @description US dollars. Channels that would make the possible total pass it are skipped: by the price table, as if every channel before were billed.
             * @example 0.05
             */
            maxCost?: string;
            /** @description Your own data, kept with the message and in its trace: at most 4,096 characters as JSON, 8 levels deep. */
            metadata?: {
                [key: string]: unknown;
            };
            idempotencyKey?: components["schemas"]["IdempotencyKey"];
        };
        /**
         * @description Your own id of the customer: an e-mail address, a customer number.
         * @example anna@example.com
         */
        ProfileId: string;
        /** @description The addresses known of a customer, and further fields of your own for merging: `{{profile.firstName}}`. */
        Profile: {
            phoneNumber?: components["schemas"]["PhoneNumber"];
            /** @description The customer's page-scoped id at Facebook Messenger. */
            fbMessengerId?: string;
            /** @description The devices on which the customer has the business's app; a push goes to each. */
            appDevices?: components["schemas"]["AppDevice"][];
        } & {
            [key: string]: (string | number | boolean) | components["schemas"]["AppDevice"][];
        };
        WebhookRequest: {
            /**
             * Format: uri
             * @description https; its name must resolve to public addresses alone, now and at each call.
             */
            url: string;
            /** @description The types that are wanted; without it, all. */
            events?: ("message.sent" | "message.delivered" | "message.read" | "message.failed" | "message.expired" | "message.cancelled" | "message.inbound")[];
            /** @description Makes a new secret; for 24 hours events are signed with the old one too. */
            rotateSecret?: boolean;
        };
        Webhook: {
            url: string;
            events?: string[];
            /**
             * @description `off`: the receiver answered 410; nothing is told until the webhook is put again.
             * @enum {string}
             */
            status: "active" | "failing" | "off";
        };
        NewWebhook: {
            url: string;
            events?: string[];
            /**
             * @description `off`: the receiver answered 410; nothing is told until the webhook is put again.
             * @enum {string}
             */
            status: "active" | "failing" | "off";
            /** @description To check signatures with. It is shown this once. */
            secret?: string;
        };
        /** @description A change of a message's status, as a CloudEvent. */
        MessageEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description `<messageId>/<sequence>`. The same each time it is told, and the `webhook-id`. */
            id: string;
            /** @constant */
            source: "fallback-routing";
            /** @description Names the message, and its execution. */
            subject: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            time: string;
            /** @constant */
            datacontenttype: "application/json";
            /** @enum {string} */
            type: "message.sent" | "message.delivered" | "message.read" | "message.failed" | "message.expired" | "message.cancelled";
            data: {
                /** @description Names the message, and its execution. */
                messageId: string;
                /** @description Whose message it is. */
                client: string;
                status: components["schemas"]["MessageStatus"];
                /** @description Later changes of a message have larger numbers; not every number is an event. */
                sequence: number;
                /**
                 * @description Of sent, delivered, read.
                 * @example appMessaging
                 * @example fbMessenger
                 * @example sms
                 * @example whatsApp
                 */
                channel?: string;
                /**
                 * @description The news came after the route had moved on from the channel.
                 * @constant
                 */
                late?: true;
                /** @description Of failed, expired and cancelled: why each channel was left. */
                errors?: {
                    [key: string]: components["schemas"]["AttemptError"];
                };
                /** @description As the sender gave it. */
                metadata: {
                    [key: string]: unknown;
                };
            };
        };
        /** @description What a customer answered, as a CloudEvent. */
        InboundEvent: {
            /** @constant */
            specversion: "1.0";
            /** @description Made from the provider's id. The same each time it is told, and the `webhook-id`. */
            id: string;
            /** @constant */
            source: "fallback-routing";
            /** @description Names the message, and its execution. */
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
                /** @description Names the message, and its execution. */
                messageId: string;
                /** @description Whose message it is. */
                client: string;
                /**
                 * @example appMessaging
                 * @example fbMessenger
                 * @example sms
                 * @example whatsApp
                 */
                channel: string;
                /**
                 * @description `answer`: the channel says which message it answers; `latest`: the last that went to that address.
                 * @enum {string}
                 */
                matchedBy: "answer" | "latest";
                /** @description The provider's id of what the customer wrote. */
                providerMessageId: string;
                content: {
                    /**
                     * @example text
                     * @example button
                     * @example image
                     */
                    type: string;
                    text?: string;
                    /** @description What the sender put behind a button. */
                    payload?: string;
                };
                profileId?: string;
                /** @description As the sender gave it. */
                metadata: {
                    [key: string]: unknown;
                };
            };
        };
        /**
         * @description International, with its country code; with or without `+`. Kept as E.164.
         * @example +447123123123
         * @example 447123123123
         */
        PhoneNumber: string;
        /**
         * @description The furthest that the message came; a receipt may still move it on.
         * @enum {string}
         */
        MessageStatus: "processing" | "sent" | "delivered" | "read" | "failed" | "expired" | "cancelled";
        Plan: {
            /** @description What will be tried, in this order. */
            hops: components["schemas"]["PlannedHop"][];
            /** @description What will not be tried. */
            skipped: components["schemas"]["Skipped"][];
            cost?: components["schemas"]["PlannedCost"];
        };
        PlannedHop: {
            /**
             * @example appMessaging
             * @example fbMessenger
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /** @description The window, in seconds. */
            timeoutSeconds: number;
            /**
             * @description The status that ends the search.
             * @enum {string}
             */
            until: "sent" | "delivered" | "read";
            /**
             * @description What goes out first, where the message brings a template. Text that is refused is followed by the template.
             * @enum {string}
             */
            form?: "text" | "template";
            /** @description Why, in words. */
            formReason?: string;
            /** @description How the text is cut and billed. */
            sms?: {
                parts: number;
                /**
                 * @example GSM-7
                 * @example UCS-2
                 */
                encoding: string;
            };
            /**
             * @description US dollars.
             * @example 0.03878
             */
            estimatedCost?: string;
            /** @description The chance that `until` is reached: where the rules prefer something. */
            chance?: number;
            /** @description Why the hop has its place. */
            why?: {
                /** @enum {string} */
                prefer: "cost" | "engagement";
                /**
                 * @description The channels keep the order given.
                 * @constant
                 */
                nothingKnown?: true;
                /** @description That `until` is reached (cost), or that it is read (engagement). */
                chance?: number;
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                costToReach?: string;
                /**
                 * @description The channel reports no reads.
                 * @constant
                 */
                readsAreNotTold?: true;
                secondsToRead?: number;
                /** @description How many are known: this customer's, and everyone's in the country. */
                tries?: {
                    own: number;
                    everyone: number;
                };
            };
            /** @description Where an `auto` window comes from. */
            fit?: {
                within95Seconds?: number;
                receipts: number;
                bounds: number[];
            };
        };
        /** @description What the message may cost. `cheapest`: one channel alone reaches; `dearest`: every channel is billed. Absent where a channel has no price. */
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
                 * @example fbMessenger
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
             * @example fbMessenger
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /**
             * @description Why, for programs.
             * @enum {string}
             */
            code: "unknown_channel" | "no_account" | "no_address" | "window_closed" | "sms_limit" | "no_price" | "max_cost";
            /** @description Why, in words. */
            reason: string;
        };
        Accepted: {
            /** @description Names the message, and its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
            plan: components["schemas"]["Plan"];
        };
        Cancelled: {
            /** @description Names the message, and its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
        };
        Redacted: {
            /** @description Names the message, and its execution. */
            messageId: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            redactedAt: string;
        };
        Trace: {
            /** @description Names the message, and its execution. */
            messageId: string;
            status: components["schemas"]["MessageStatus"];
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Nothing is tried after it.
             * @example 2030-01-01T00:00:00.000Z
             */
            finishedAt?: string;
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            expiresOn?: string;
            /**
             * Format: date-time
             * @description What was personal is gone: text, addresses, metadata.
             * @example 2030-01-01T00:00:00.000Z
             */
            redactedAt?: string;
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
            /** @description What the order saved against its dearest channel, once the customer is reached. */
            saved?: {
                /**
                 * @description US dollars.
                 * @example 0.03878
                 */
                usd: string;
                /**
                 * @example appMessaging
                 * @example fbMessenger
                 * @example sms
                 * @example whatsApp
                 */
                against: string;
            };
            /** @description Each channel of the rules, in their order. */
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
             * @example fbMessenger
             * @example sms
             * @example whatsApp
             */
            channel: string;
            /**
             * @description `unknown`: sent or not, nobody knows; it is never sent again.
             * @enum {string}
             */
            outcome: "skipped" | "notTried" | "trying" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown";
            /**
             * @description Why, for programs.
             * @enum {string}
             */
            code?: "unknown_channel" | "no_account" | "no_address" | "window_closed" | "sms_limit" | "no_price" | "max_cost";
            /** @description Why, in words. */
            reason?: string;
            providerMessageId?: string;
            error?: components["schemas"]["AttemptError"];
            /**
             * @description News came after the route had moved on.
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
             * @description Who says so.
             * @enum {string}
             */
            source: "provider" | "priceTable";
        };
        TraceEvent: {
            /** @enum {string} */
            status: "claimed" | "sent" | "delivered" | "read" | "failed" | "timedOut" | "unknown" | "resumed";
            /**
             * Format: date-time
             * @example 2030-01-01T00:00:00.000Z
             */
            at: string;
            /**
             * @description Who is known to have it: many carriers tell no more than that they took it.
             * @enum {string}
             */
            deliveredTo?: "carrier" | "phone";
        };
        /** @description The last that went wrong. */
        AttemptError: {
            /**
             * @example NotRegistered
             * @example Undeliverable
             * @example States.Timeout
             */
            name: string;
            /** @description The provider's own code. */
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
            /** @description One for each item, in their order: the status that the item alone would have got. */
            results: ({
                index: number;
                /** @constant */
                status: 201;
                /** @description Names the message, and its execution. */
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
            code: "not_json" | "too_deep" | "too_many_values" | "missing" | "unknown_field" | "wrong_type" | "invalid" | "too_short" | "too_long" | "too_small" | "too_large" | "past" | "nothing_to_send" | "unknown_rules" | "reused" | "over_budget" | "rate_limited" | "scope_missing" | "not_finished" | "refused" | "repeated" | "unsafe_address" | "failed" | "more" | "unknown_channel" | "no_account" | "no_address" | "window_closed" | "sms_limit" | "no_price" | "max_cost";
            /** @description What is wrong, for people. */
            message: string;
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @constant */
            type: "about:blank";
            title: string;
            status: number;
            /** @description One entry a fault: the first 20, of an item of a batch the first 3. Where there are more, the last entry has the code `more`. */
            errors: components["schemas"]["Fault"][];
        };
        OpenApiDocument: {
            openapi: string;
        } & {
            [key: string]: unknown;
        };
        /** @description App messaging, with a window and a status of this message's own. */
        AppMessagingRule: {
            /** @constant */
            channel: "appMessaging";
            /** @description The window, in seconds: without a sign in time the next channel is tried. `auto`: as long as 95 % of the channel's receipts in the country took. Default: `120`. */
            fallbackAfter?: number | "auto";
            /**
             * @description The status that ends the search. Default: `sent`.
             * @enum {string}
             */
            until?: "sent" | "delivered" | "read";
        };
        /** @description Facebook Messenger, with a window and a status of this message's own. */
        FbMessengerRule: {
            /** @constant */
            channel: "fbMessenger";
            /** @description The window, in seconds: without a sign in time the next channel is tried. `auto`: as long as 95 % of the channel's receipts in the country took. Default: `300`. */
            fallbackAfter?: number | "auto";
            /**
             * @description The status that ends the search. Default: `delivered`.
             * @enum {string}
             */
            until?: "sent" | "delivered" | "read";
        };
        /** @description SMS, with a window and a status of this message's own. */
        SmsRule: {
            /** @constant */
            channel: "sms";
            /** @description The window, in seconds: without a sign in time the next channel is tried. `auto`: as long as 95 % of the channel's receipts in the country took. Default: `600`. */
            fallbackAfter?: number | "auto";
            /**
             * @description The status that ends the search. Default: `delivered`.
             * @enum {string}
             */
            until?: "sent" | "delivered";
        };
        /** @description WhatsApp, with a window and a status of this message's own. */
        WhatsAppRule: {
            /** @constant */
            channel: "whatsApp";
            /** @description The window, in seconds: without a sign in time the next channel is tried. `auto`: as long as 95 % of the channel's receipts in the country took. Default: `300`. */
            fallbackAfter?: number | "auto";
            /**
             * @description The status that ends the search. Default: `delivered`.
             * @enum {string}
             */
            until?: "sent" | "delivered" | "read";
        };
    };
    responses: {
        /** @description The request is not valid: one entry a fault, each with its field. */
        NotValid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description There is no API key in the request. */
        NoApiKey: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key lacks the scope, which is named; or it is not known, or was revoked. */
        NotAllowed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The request is larger than 6 MB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests: wait, and send it again. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The API key's rate limit or the client's budget, which is named, or too many requests of all: wait, and send it again. */
        TooManyOfKey: {
            headers: {
                /** @description Where the key or the client has a limit: so many seconds. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Something failed on our side: send it again, a message with the same Idempotency-Key. */
        Failed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The function took too long: send it again, a message with the same Idempotency-Key. */
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
    sendMessage: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes it safe to repeat: the same key with the same content gives the first answer again, with another content 422. Keys are your own, and end after a day where the deployment says no other. */
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
                    /** @description The message's trace. */
                    Location: string;
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
            /** @description No channel is left to try, with each reason; or the key was used for another content. */
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
            429: components["responses"]["TooManyOfKey"];
            500: components["responses"]["Failed"];
            503: components["responses"]["TooSlow"];
        };
    };
    sendBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Batch"];
            };
        };
        responses: {
            /** @description One result an item. */
            202: {
                headers: {
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
                /** @description As `POST /messages` answered it. */
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
            /** @description No message of yours has this id. */
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
                /** @description As `POST /messages` answered it. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status that it has now. */
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
            /** @description No message of yours has this id. */
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
    redactMessage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As `POST /messages` answered it. */
                messageId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description When it was done. */
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
            /** @description No message of yours has this id. */
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
                /** @description As the rules of a message name it. */
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
            /** @description No rule set of yours has this name. */
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
                /** @description As the rules of a message name it. */
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
            /** @description The rules as they are kept. */
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
                /** @description As the rules of a message name it. */
                name: components["schemas"]["RuleSetName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description They are gone, or never were. */
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
            /** @description No profile of yours has this id. */
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
            /** @description The profile as it is kept. */
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
            /** @description It is gone, or never was. */
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
            /** @description You have none. */
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
            /** @description The webhook; its secret where one was made, this once. */
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
            /** @description It was changed at the same time: send it again. */
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
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone, or never was. */
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
                /** @description The event's `id`: the same when it is told again. */
                "webhook-id": string;
                /** @description Of this call, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the HMAC-SHA256 of id, timestamp and body, by the webhook's secret; two while a secret is replaced. https://www.standardwebhooks.com */
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
            /** @description Tell no more: the webhook is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tell it again later, for 24 hours. */
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
                /** @description The event's `id`: the same when it is told again. */
                "webhook-id": string;
                /** @description Of this call, in seconds since 1970. */
                "webhook-timestamp": string;
                /** @description `v1,` and the HMAC-SHA256 of id, timestamp and body, by the webhook's secret; two while a secret is replaced. https://www.standardwebhooks.com */
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
            /** @description Tell no more: the webhook is switched off. */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Taken. */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Tell it again later, for 24 hours. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
