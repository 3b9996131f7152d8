import { ListPage } from '../../worklist/list-page.tsx';

export default function Page() {
  return <ListPage />;
}
