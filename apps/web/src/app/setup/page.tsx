import { SetupPage } from '../../session/setup-page.tsx';

export default function Page() {
  return <SetupPage />;
}
