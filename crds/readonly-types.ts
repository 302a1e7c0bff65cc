/** Makes every property, index signature and array of type declarations readonly: what hooks see is frozen. */
import ts from 'typescript';

/** The same declarations with readonly in every place that takes it; comments are kept. */
export function readonlyTypes(text: string): string {
  const source = ts.createSourceFile('types.ts', text, ts.ScriptTarget.ES2023, true);
  const result = ts.transform(source, [(context) => (root) => visited(root, context) as ts.SourceFile]);
  const printed = ts.createPrinter().printFile(result.transformed[0] ?? source);
  result.dispose();
  return printed;
}

function visited(node: ts.Node, context: ts.TransformationContext): ts.Node {
  const inner = ts.visitEachChild(node, (child) => visited(child, context), context);
  const { factory } = context;
  const modifiers = [factory.createModifier(ts.SyntaxKind.ReadonlyKeyword)];
  if (ts.isPropertySignature(inner)) {
    return factory.updatePropertySignature(inner, modifiers, inner.name, inner.questionToken, inner.type);
  }
  if (ts.isIndexSignatureDeclaration(inner)) {
    return factory.updateIndexSignature(inner, modifiers, inner.parameters, inner.type);
  }
  const bare = ts.isArrayTypeNode(inner) && !(node.parent && ts.isTypeOperatorNode(node.parent));
  return bare ? factory.createTypeOperatorNode(ts.SyntaxKind.ReadonlyKeyword, inner) : inner;
}
