import { policyChanges, type PolicyVersion } from '@readroom/shared/alert/escalation-policy';
import { absoluteText } from '../../lib/time.ts';

/** Every version, the newest first: who, when, why, and what it changed. */
export function PolicyHistory({ versions }: { versions: readonly PolicyVersion[] }) {
  return (
    <section aria-labelledby="policy-history" className="w-72 shrink-0">
      <h2 id="policy-history" className="mb-2 text-[15px] font-semibold">
        History
      </h2>
      <ol className="flex flex-col gap-2">
        {versions.map((version, index) => (
          <li key={version.version} className="rounded-md border border-line bg-raised p-3">
            <p className="flex justify-between gap-2">
              <span className="font-medium">Policy {version.version}</span>
              {index === 0 && <span className="text-routine-text">in force</span>}
            </p>
            <p className="nums text-xs text-muted">
              <bdi>{version.by}</bdi>, {absoluteText(version.at)}
            </p>
            {version.reason !== '' && <p className="mt-1">{version.reason}</p>}
            <ul className="mt-1 text-xs text-muted">
              {changesOf(version, versions[index + 1]).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function changesOf(version: PolicyVersion, before: PolicyVersion | undefined): string[] {
  return before === undefined ? [] : policyChanges(before.policy, version.policy);
}
