/** How the requests of a webhook trigger are checked and answered. */
export type WebhookPolicy = Readonly<Record<never, never>>;
