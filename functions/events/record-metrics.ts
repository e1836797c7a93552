/**
 * Records metrics of the changes: a few lines in the log for a whole batch (embedded metric format), without a call to
 * CloudWatch.
 */

import type { ChangedMessage } from "../domain/outcome/changes.ts";
import { metricsOf } from "../domain/reporting/message-metrics.ts";
import type { emitMetrics } from "../shared/metrics.ts";

export const recordMetrics =
  (emit: typeof emitMetrics) =>
  async (changed: readonly ChangedMessage[]): Promise<void> => {
    const groups = metricsOf(changed);
    if (groups.length > 0) await emit(groups);
  };
