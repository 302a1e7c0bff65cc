/** Runs a health script as Argo CD does: `obj` is a global table, the script returns `{status, message}`. */
import { createRequire } from 'node:module';

export interface Health {
  readonly status: string;
  readonly message?: string;
}

type State = object;

/** The few functions of fengari's C-like interface that are used; it brings no types. */
interface Fengari {
  readonly lua: Readonly<Record<string, (state: State, ...rest: unknown[]) => unknown>>;
  readonly lauxlib: Readonly<Record<string, (...rest: unknown[]) => unknown>>;
  readonly lualib: Readonly<Record<string, (state: State) => unknown>>;
  readonly to_luastring: (text: string) => Uint8Array;
  readonly to_jsstring: (text: Uint8Array) => string;
}

const { lua, lauxlib, lualib, to_luastring, to_jsstring } = createRequire(import.meta.url)('fengari') as Fengari;

/** The health that the script gives for this object. Throws the Lua error. Only Lua's base functions are there. */
export function luaHealth(script: string, object: unknown): Health {
  const state = call(lauxlib, 'luaL_newstate') as State;
  call(lauxlib, 'luaL_requiref', state, to_luastring('_G'), lualib.luaopen_base, 1);
  call(lua, 'lua_pop', state, 1);
  push(state, object);
  call(lua, 'lua_setglobal', state, to_luastring('obj'));
  const loaded = call(lauxlib, 'luaL_loadstring', state, to_luastring(script));
  const failed = loaded === 0 ? call(lua, 'lua_pcall', state, 0, 1, 0) : loaded;
  if (failed !== 0) throw new Error(textAt(state, -1));
  const [status, message] = [field(state, 'status'), field(state, 'message')];
  if (status === undefined) throw new Error('the script returned no status');
  return { status, ...(message === undefined ? {} : { message }) };
}

function push(state: State, value: unknown): void {
  if (typeof value === 'string') call(lua, 'lua_pushstring', state, to_luastring(value));
  else if (typeof value === 'number') call(lua, 'lua_pushnumber', state, value);
  else if (typeof value === 'boolean') call(lua, 'lua_pushboolean', state, value);
  else if (typeof value === 'object' && value !== null) pushTable(state, value);
  else call(lua, 'lua_pushnil', state);
}

function pushTable(state: State, value: object): void {
  call(lua, 'lua_checkstack', state, 3);
  call(lua, 'lua_newtable', state);
  for (const [key, member] of Object.entries(value)) {
    if (Array.isArray(value)) call(lua, 'lua_pushinteger', state, Number(key) + 1);
    else call(lua, 'lua_pushstring', state, to_luastring(key));
    push(state, member);
    call(lua, 'lua_settable', state, -3);
  }
}

function field(state: State, name: string): string | undefined {
  call(lua, 'lua_getfield', state, -1, to_luastring(name));
  const text = call(lua, 'lua_isnil', state, -1) === true ? undefined : textAt(state, -1);
  call(lua, 'lua_pop', state, 1);
  return text;
}

function textAt(state: State, index: number): string {
  return to_jsstring(call(lua, 'lua_tostring', state, index) as Uint8Array);
}

function call<Arguments extends unknown[]>(
  library: Readonly<Record<string, (...rest: never[]) => unknown>>,
  name: string,
  ...rest: Arguments
): unknown {
  const method = library[name] as ((...rest: unknown[]) => unknown) | undefined;
  if (method === undefined) throw new Error(`fengari has no ${name}`);
  return method(...rest);
}
