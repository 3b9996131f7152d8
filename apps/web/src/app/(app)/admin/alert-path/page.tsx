import { PathPage } from '../../../../alert/path/path-page.tsx';

export default function Page() {
  return <PathPage />;
}
