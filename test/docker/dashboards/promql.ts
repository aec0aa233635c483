/** A series that an expression asks for. */
interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** What an expression of PromQL asks for, and how it may be named. */
export interface Question {
  readonly selectors: readonly Selector[];
  /** Labels in `by (...)`, `on (...)` and their like. */
  readonly grouping: readonly string[];
}

const TOKEN = /\s+|\[[^\]]*\]|"(?:[^"\\]|\\.)*"|[a-zA-Z_:][\w:]*|\$\w+|[\d.]+\w*|=~|!~|!=|==|>=|<=|[-+*/%^(){},=<>]/y;
const GROUPING = new Set(['by', 'without', 'on', 'ignoring']);
const WORDS = new Set(['and', 'or', 'unless', 'bool', 'offset', 'Inf']);

/**
 * Reads what an expression asks for. It knows the PromQL that our dashboards use, in which every series has its braces,
 * and throws at anything else; promtool checks the syntax.
 */
export function readQuestion(expression: string): Question {
  const tokens = tokenize(expression);
  const selectors: Selector[] = [];
  const grouping: string[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const word = tokens[index] ?? '';
    const next = tokens[index + 1];
    if (!/^[a-zA-Z_:]/.test(word)) continue;
    if (next === '{') {
      const end = tokens.indexOf('}', index);
      selectors.push({ metric: word, matchers: readMatchers(tokens.slice(index + 2, end)) });
      index = end;
    } else if (GROUPING.has(word) && next === '(') {
      const end = tokens.indexOf(')', index);
      grouping.push(...tokens.slice(index + 2, end).filter((token) => token !== ','));
      index = end;
    } else if (next !== '(' && !WORDS.has(word) && !GROUPING.has(next ?? '')) {
      throw new Error(`${word} has no braces in ${expression}`);
    }
  }
  if (selectors.length === 0) throw new Error(`No series in ${expression}`);
  return { selectors, grouping };
}

function tokenize(expression: string): string[] {
  const tokens: string[] = [];
  const token = new RegExp(TOKEN);
  while (token.lastIndex < expression.length) {
    const at = token.lastIndex;
    const [text] = token.exec(expression) ?? [];
    if (text === undefined) throw new Error(`Not understood: ${expression.slice(at)}`);
    if (text.trim() !== '' && !text.startsWith('[')) tokens.push(text);
  }
  return tokens;
}

function readMatchers(tokens: readonly string[]): Matcher[] {
  const parts = tokens.filter((token) => token !== ',');
  return Array.from({ length: Math.ceil(parts.length / 3) }, (_, index) => {
    const [label = '', operator = '', quoted = '""'] = parts.slice(index * 3, index * 3 + 3);
    return { label, operator, value: JSON.parse(quoted) };
  });
}
