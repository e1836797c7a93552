/**
 * Replaces the SDK's event streams in the bundles (infra/bundle/bundle.ts): no function uses them, and they would bring a
 * tenth of a client's code and Node's zlib.
 */
const noEventStreams = (): never => {
  throw new Error("the bundles have no event streams: see infra/bundle/bundle.ts");
};
export class EventStreamSerde {
  constructor() {
    noEventStreams();
  }
}
export const eventStreamSerdeProvider = noEventStreams;
