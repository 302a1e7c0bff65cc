/** The API server's refusals in its own words (k8s.io/apimachinery pkg/api/errors, field errors of pkg/util/validation). */
import { ApiError, type Resource } from './api.ts';

/** `widgets.conf.example.com`, or `configmaps` in the core group. */
export function qualifiedResource(resource: Resource): string {
  const group = groupOf(resource.apiVersion);
  return group === '' ? resource.plural : `${resource.plural}.${group}`;
}

/** `Widget.conf.example.com`, or `ConfigMap` in the core group. */
function qualifiedKind(resource: Resource): string {
  const group = groupOf(resource.apiVersion);
  return group === '' ? resource.kind : `${resource.kind}.${group}`;
}

/** The group of an apiVersion; '' for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** 404 for a kind that no built-in and no CustomResourceDefinition defines. */
export function unknownResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

export function methodNotAllowed(): ApiError {
  return new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
}

export function notFound(resource: Resource, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualifiedResource(resource)} "${name}" not found`);
}

export function alreadyExists(resource: Resource, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualifiedResource(resource)} "${name}" already exists`);
}

/** The optimistic lock's refusal. */
export function modified(resource: Resource, name: string): ApiError {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return new ApiError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`,
  );
}

/** A precondition of an update or delete that names another object or version than the stored one. */
export function preconditionFailed(
  subject: string,
  what: 'UID' | 'ResourceVersion',
  wanted: string,
  found: string,
): ApiError {
  const why = `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${
    what === 'UID' ? 'deleted and then recreated' : 'modified'
  }`;
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${subject}: ${why}`);
}

/** 422 with every cause found. */
export function invalid(resource: Resource, name: string, causes: readonly string[]): ApiError {
  const text = causes.length === 1 ? String(causes[0]) : `[${causes.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${qualifiedKind(resource)} "${name}" is invalid: ${text}`);
}

export function terminatingNamespace(resource: Resource, name: string, namespace: string): ApiError {
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  return new ApiError(403, 'Forbidden', `${qualifiedResource(resource)} "${name}" is forbidden: ${why}`);
}
