import { OnCallPage } from '../../../../alert/on-call/on-call-page.tsx';

export default function Page() {
  return <OnCallPage />;
}
