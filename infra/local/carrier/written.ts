/** What a customer writes to the business. */
export interface Written {
  body: string;
  /** By RCS: of the suggestion that was tapped. */
  payload?: string | undefined;
  /** The provider's id of the message that it replies to. */
  answers?: string | undefined;
}
