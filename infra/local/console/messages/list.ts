/**
 * The messages of the local run, for the console: collected from the stream of the messages table, so that a search needs no
 * reads. Changed images are parsed only when the list is read.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import Big from "big.js";
import { shownMessage } from "../../../../functions/domain/reporting/shown-message.ts";
import type { MessagePage } from "../contract.ts";
import { type Listed, listed, searchOf } from "./row.ts";

type Image = Record<string, AttributeValue>;

export interface Filter {
  search: string;
  status: string;
  channel: string;
  /** The message after which the page begins. */
  after: string | undefined;
  limit: number;
}

const mostListed = 50_000;
/** The most images that may wait to be parsed. */
const mostUnread = 1_000;
const arrived: readonly string[] = ["delivered", "read"];

export class MessageList {
  /** Oldest first; a changed message keeps its place. */
  readonly #listed = new Map<string, Listed>();
  readonly #unread = new Map<string, Image>();

  /** Adds a stream record; returns its message's id. */
  take({ dynamodb }: DynamoDBRecord): string {
    const messageId = dynamodb?.Keys?.messageId?.S ?? "";
    // The types of the stream's images and of the SDK differ in name only.
    const image = dynamodb?.NewImage as Image | undefined;
    if (image === undefined) {
      this.#unread.delete(messageId);
      this.#listed.delete(messageId);
    } else this.#unread.set(messageId, image);
    if (this.#unread.size > mostUnread) this.#readImages();
    return messageId;
  }

  page({ search, status, channel, after, limit }: Filter): MessagePage {
    this.#readImages();
    const isFound = searchOf(search);
    const found = [...this.#listed.values()].reverse().filter(({ row, words, tried }) => {
      if (status !== "" && row.status !== status) return false;
      if (channel !== "" && !tried.includes(channel)) return false;
      return search === "" || isFound(words);
    });
    const from = after === undefined ? 0 : found.findIndex(({ row }) => row.messageId === after) + 1;
    const messages = found.slice(from, from + limit).map(({ row }) => row);
    const last = found.length > from + limit ? messages.at(-1)?.messageId : undefined;
    return { messages, ...(last === undefined ? {} : { next: last }), totals: totalsOf(found) };
  }

  #readImages(): void {
    for (const [messageId, image] of this.#unread) {
      this.#unread.delete(messageId);
      try {
        this.#listed.set(messageId, listed(shownMessage(unmarshall(image))));
      } catch {
        // An item written by hand: the functions cannot read it either, and log that.
        this.#listed.delete(messageId);
      }
    }
    for (const messageId of this.#listed.keys()) {
      if (this.#listed.size <= mostListed) break;
      this.#listed.delete(messageId);
    }
  }
}

function totalsOf(found: readonly Listed[]): MessagePage["totals"] {
  const over = found.filter(
    ({ row }) => !row.test && (row.finishedAt !== undefined || arrived.includes(row.status)),
  );
  const good = over.filter(({ row: { status } }) => status === "sent" || arrived.includes(status));
  return {
    messages: found.length,
    ended: over.length,
    reached: good.length,
    fellBack: good.filter(({ tried }) => tried.length > 1).length,
    saved: good.reduce((sum, { row }) => sum.plus(row.saved ?? 0), new Big(0)).toFixed(),
  };
}
