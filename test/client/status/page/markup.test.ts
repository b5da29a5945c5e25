import { describe, expect, it } from 'vitest';
import { embeddedJson, Markup, markup } from '../../../../client/status/page/markup.ts';

describe('markup', () => {
  it('escapes values, for content and for attributes', () => {
    const hostile = `<script>"&'`;
    expect(markup`<a title="${hostile}">${hostile}</a>`.text).toBe(
      '<a title="&lt;script&gt;&quot;&amp;&#39;">&lt;script&gt;&quot;&amp;&#39;</a>',
    );
  });

  it('takes markup as it is, one or many, and numbers', () => {
    const items = [1, 2].map((value) => markup`<li>${value}</li>`);
    expect(markup`<ul>${items}</ul>${new Markup('<hr>')}`.text).toBe('<ul><li>1</li><li>2</li></ul><hr>');
  });

  it('keeps JSON from ending its script element', () => {
    const value = { text: '</script><!--<script>' };
    const { text } = embeddedJson(value);
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual(value);
  });
});
