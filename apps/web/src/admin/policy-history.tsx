import { absoluteText } from '../lib/time.ts';

/** One version of a policy, whatever it is of. */
interface Version {
  readonly version: number;
  readonly by: string;
  readonly at: number;
  readonly reason: string;
}

/** Every version, the newest first: who, when, why, and what it changed. */
export function PolicyHistory<V extends Version>({ versions, changes }: { versions: readonly V[]; changes(before: V, after: V): readonly string[] }) {
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
              {sentences(versions[index + 1], version, changes).map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          </li>
        ))}
      </ol>
    </section>
  );
}

function sentences<V>(before: V | undefined, after: V, changes: (before: V, after: V) => readonly string[]): readonly string[] {
  return before === undefined ? [] : changes(before, after);
}
