import { AppError } from '@readroom/shared/error';

/** PostgreSQL's or initdb's last words, turned into one sentence that says what to do. */
export function startFailure(stderr: string, port: number | null): AppError {
  if (/No space left on device|could not extend file|Disk quota exceeded/i.test(stderr)) {
    return new AppError('disk-full', {
      class: 'transient',
      message: 'The disk that holds the database is full: PostgreSQL cannot start. Free some space and start again; nothing stored is lost.',
    });
  }
  if (/Address already in use|could not bind/i.test(stderr)) {
    return new AppError('port-in-use', {
      class: 'transient',
      message: `Port ${port ?? '?'} is taken by another program: PostgreSQL cannot listen there. Stop that program or choose another port.`,
    });
  }
  if (/pre-existing shared memory block/i.test(stderr)) {
    return new AppError('still-ending', { class: 'transient', message: 'The last PostgreSQL on this data directory is still ending. Wait a moment and start again.' });
  }
  if (/another server might be running|lock file .* already exists/i.test(stderr)) {
    return new AppError('already-running', {
      class: 'transient',
      message: 'Another PostgreSQL is starting or running on the same data directory. Wait for it, or stop it, and start again.',
    });
  }
  const last = stderr.trim().split('\n').slice(-3).join(' ').slice(0, 600);
  return new AppError('postgres-failed', { class: 'permanent', message: `PostgreSQL did not start: ${last === '' ? 'no reason given' : last}` });
}
