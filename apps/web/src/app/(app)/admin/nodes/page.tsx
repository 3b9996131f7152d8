import { NodesPage } from '../../../../admin/nodes-page.tsx';

export default function Page() {
  return <NodesPage />;
}
