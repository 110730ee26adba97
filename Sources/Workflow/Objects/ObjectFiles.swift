import AntreaModel
import Documents
import Failures
import YAMLCoding

/// Reads Kubernetes objects from what `kubectl get … -o json|yaml` prints.
enum ObjectFiles {
  /// The objects of a file, or of every `.json`, `.yaml` and `.yml` file of a
  /// folder and its folders.
  ///
  /// - Throws: ``Failure`` of kind invalidInput that names the file.
  static func read(_ path: String) throws -> [KubernetesObject] {
    if path != "-", Files.isFolder(path) {
      return try Files.list(path).flatMap { name -> [KubernetesObject] in
        let inner = path + "/" + name
        if Files.isFolder(inner) { return name.hasPrefix(".") ? [] : try read(inner) }
        guard [".json", ".yaml", ".yml"].contains(where: name.hasSuffix) else { return [] }
        return try objects(of: try Files.read(inner), named: inner, strict: false)
      }
    }
    return try objects(of: try Files.read(path), named: path)
  }

  /// The objects of one text: JSON or YAML, a List or several documents.
  ///
  /// - Parameter strict: Whether a document that is no object is an error; a
  ///   folder of manifests also holds other files.
  static func objects(
    of bytes: [UInt8], named name: String, strict: Bool = true
  ) throws -> [KubernetesObject] {
    let documents: [JSONValue]
    do {
      let first = bytes.lazy.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
      documents =
        first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        ? [try JSONValue(json: bytes)] : try YAMLReader.documents(bytes)
    } catch {
      throw Failure(
        .invalidInput, subject: name, cause: "is neither JSON nor YAML: \(error)",
        remedy: "give what `kubectl get … -o yaml` or `-o json` prints")
    }
    return try documents.flatMap { try flatten($0, named: name, strict: strict) }
  }

  private static func flatten(
    _ document: JSONValue, named name: String, strict: Bool
  ) throws -> [KubernetesObject] {
    if document.isNull { return [] }
    if let items = document["items"]?.array, document["kind"]?.string?.hasSuffix("List") == true {
      let itemKind = document["kind"]?.string.map { String($0.dropLast(4)) } ?? ""
      return try items.flatMap { item -> [KubernetesObject] in
        var item = item
        if case .object(var object) = item, !itemKind.isEmpty, object["kind"] == nil {
          object["kind"] = .string(itemKind)
          object["apiVersion"] = object["apiVersion"] ?? document["apiVersion"]
          item = .object(object)
        }
        return try flatten(item, named: name, strict: strict)
      }
    }
    if document["kind"]?.string == "Kustomization" { return [] }
    guard let object = KubernetesObject(document) else {
      if !strict { return [] }
      throw Failure(
        .invalidInput, subject: name,
        cause: "holds a document without apiVersion, kind or metadata.name",
        remedy: "give what `kubectl get … -o yaml` or `-o json` prints")
    }
    return [object]
  }
}
