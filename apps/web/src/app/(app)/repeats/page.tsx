import { RepeatsPage } from '../../../repeats/repeats-page.tsx';

export default function Page() {
  return <RepeatsPage />;
}
