import { changeListSchema, saveListSchema } from '@readroom/shared/worklist/saved-list';
import { listViewSchema } from '@readroom/shared/worklist/list-view';
import { z } from 'zod';
import { protectedProcedure, router } from '../../trpc/base.ts';
import { listView, setListView } from '../view/list-view.ts';
import { changeList, removeList, savedLists, saveList, setDefaultList } from './saved-lists.ts';

const view = protectedProcedure('worklist.view');

export const listsRouter = router({
  all: view.query(({ ctx }) => savedLists(ctx.deps, ctx.member)),
  save: view.input(saveListSchema).mutation(({ ctx, input }) => saveList(ctx.deps, ctx.member, input)),
  change: view.input(changeListSchema).mutation(({ ctx, input }) => changeList(ctx.deps, ctx.member, input)),
  remove: view.input(z.object({ id: z.uuid() })).mutation(({ ctx, input }) => removeList(ctx.deps, ctx.member, input.id)),
  setDefault: view.input(z.object({ id: z.uuid().nullable() })).mutation(({ ctx, input }) => setDefaultList(ctx.deps, ctx.member, input.id)),
  view: view.query(({ ctx }) => listView(ctx.deps, ctx.member)),
  setView: view.input(z.object({ view: listViewSchema.nullable() })).mutation(({ ctx, input }) => setListView(ctx.deps, ctx.member, input.view)),
});
