/**
 * Stands in the bundles for the SDK's event streams (infra/bundle/bundle.ts): no call of ours has one, and with them comes a tenth of
 * a client's code and Node's zlib.
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
