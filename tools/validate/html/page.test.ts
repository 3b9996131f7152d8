import { expect, test } from 'vitest';
import { html } from './markup.ts';

test('what comes from a table is text, never markup', () => {
  expect(html`<td>${'<script>alert("1")</script> & \'x\''}</td>`.html).toBe('<td>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;x&#39;</td>');
  expect(html`<ul>${['a', '<b>'].map((text) => html`<li>${text}</li>`)}</ul>${3}`.html).toBe('<ul><li>a</li><li>&lt;b&gt;</li></ul>3');
});
