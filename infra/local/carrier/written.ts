/** What a customer writes to the business. */
export interface Written {
  body: string;
  /** The provider's id of the message that it replies to. */
  answers?: string | undefined;
}
