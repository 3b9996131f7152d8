import { receivedSpan, TIERS, type FilterViewer, type WorklistFilter } from '@readroom/shared/worklist/filter';

type Bind = (value: unknown) => string;

/** LF1: the filter as conditions on columns that the order's index holds. `matchesFilter` chooses the same rows. */
export function filterConditions(filter: WorklistFilter, viewer: FilterViewer, bind: Bind): string[] {
  const oneOf = (column: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [`${column} = any(${bind(values)}::text[])`]);
  const tiers = filter.tier.map((tier) => TIERS.indexOf(tier));
  return [
    ...(tiers.length === 0 ? [] : [`tier = any(${bind(tiers)}::smallint[])`]),
    ...oneOf('ai_facet', filter.ai),
    ...oneOf('modality', filter.modality),
    ...oneOf('body_part', filter.bodyPart),
    ...oneOf('status', filter.status),
    ...oneOf('study_class', filter.class),
    ...oneOf('site', filter.site),
    ...assignedCondition(filter, viewer, bind),
    ...receivedConditions(filter, viewer, bind),
  ];
}

function assignedCondition(filter: WorklistFilter, { userId }: FilterViewer, bind: Bind): string[] {
  const conditions = { nobody: () => 'assigned_to is null', me: () => `assigned_to = ${bind(userId)}`, others: () => `assigned_to <> ${bind(userId)}` };
  const chosen = filter.assigned.map((who) => conditions[who]());
  return chosen.length === 0 ? [] : [`(${chosen.join(' or ')})`];
}

function receivedConditions(filter: WorklistFilter, { now }: FilterViewer, bind: Bind): string[] {
  const { from, to } = receivedSpan(filter.received, now);
  return [...(from === null ? [] : [`received_at >= ${bind(new Date(from))}`]), ...(to === null ? [] : [`received_at < ${bind(new Date(to))}`])];
}
