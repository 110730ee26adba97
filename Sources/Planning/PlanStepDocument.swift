import AntreaModel
import Documents

extension PlanStep {
  /// The step as a JSON object; members without a value are left out.
  public var document: JSONValue {
    var object = JSONObject()
    object["object"] = reference.document
    if isPassing { object["purpose"] = .string(purpose.rawValue) }
    object["standsFor"] = standsFor?.document
    object["action"] = .string(action.rawValue)
    object["stage"] = .integer(Int64(stage.rawValue))
    object["intended"] = intended.map { .string($0.rawValue) }
    object["reason"] = reason.map {
      [
        "code": .string($0.code.rawValue), "subjects": .texts($0.subjects),
        "message": .string($0.message),
      ]
    }
    if action.writes, action != .delete { object["write"] = .string(write.rawValue) }
    object["manifest"] = manifest
    if let live {
      var identity = JSONObject()
      identity["uid"] = live.uid.map { .string($0) }
      identity["resourceVersion"] = live.resourceVersion.map { .string($0) }
      object["live"] = .object(identity)
    }
    object["former"] = former
    if !differences.isEmpty { object["differences"] = .array(differences.map(\.document)) }
    if !dependencies.isEmpty { object["dependencies"] = .array(dependencies.map(\.document)) }
    if !after.isEmpty { object["after"] = .array(after.map(\.document)) }
    if wave > 0 { object["wave"] = .integer(Int64(wave)) }
    if !notes.isEmpty { object["notes"] = .texts(notes.map(\.rawValue)) }
    object["displayName"] = displayName.map { .string($0) }
    object["path"] = path.map { .string($0) }
    return .object(object)
  }

  /// Reads a step; `nil` where a member is missing or has the wrong shape.
  init?(document: JSONValue) {
    guard let reference = document["object"].flatMap(KubernetesObject.Reference.init(document:)),
      let action = document["action"]?.string.flatMap(PlanAction.init),
      let stage = document["stage"]?.integer.flatMap({ PlanStage(rawValue: Int($0)) })
    else { return nil }
    self.init(reference: reference, action: action, stage: stage)
    if let value = document["purpose"] {
      guard let purpose = value.string.flatMap(Purpose.init) else { return nil }
      self.purpose = purpose
    }
    if let value = document["standsFor"] {
      guard let other = KubernetesObject.Reference(document: value) else { return nil }
      standsFor = other
    }
    if let value = document["intended"] {
      guard let intended = value.string.flatMap(PlanAction.init) else { return nil }
      self.intended = intended
    }
    if let value = document["reason"] {
      guard let code = value["code"]?.string.flatMap(BlockReason.Code.init),
        let subjects = value["subjects"]?.texts
      else { return nil }
      reason = BlockReason(code, subjects)
    }
    if let value = document["write"] {
      guard let write = value.string.flatMap(PlanWrite.init) else { return nil }
      self.write = write
    }
    if let value = document["live"] {
      live = Live(uid: value["uid"]?.string, resourceVersion: value["resourceVersion"]?.string)
    }
    manifest = document["manifest"]
    former = document["former"]
    for value in document["differences"]?.array ?? [] {
      guard let difference = FieldDifference(document: value) else { return nil }
      differences.append(difference)
    }
    for value in document["dependencies"]?.array ?? [] {
      guard let other = KubernetesObject.Reference(document: value) else { return nil }
      dependencies.append(other)
    }
    for value in document["after"]?.array ?? [] {
      guard let other = ID(document: value) else { return nil }
      after.append(other)
    }
    if let value = document["wave"] {
      guard let wave = value.integer else { return nil }
      self.wave = Int(wave)
    }
    for value in document["notes"]?.array ?? [] {
      guard let note = value.string.flatMap(Note.init) else { return nil }
      notes.append(note)
    }
    displayName = document["displayName"]?.string
    path = document["path"]?.string
    // A write without a body would be carried out as something else.
    if action.writes, action != .delete, manifest == nil { return nil }
  }
}

extension FieldDifference {
  /// The difference as a JSON object.
  public var document: JSONValue {
    var object = JSONObject()
    object["path"] = .string(path)
    object["rule"] = rule.map { .string($0) }
    object["change"] = .string(change.rawValue)
    object["old"] = old
    object["new"] = new
    return .object(object)
  }

  init?(document: JSONValue) {
    guard let path = document["path"]?.string,
      let change = document["change"]?.string.flatMap(Change.init)
    else { return nil }
    self.init(
      path: path, rule: document["rule"]?.string, change: change, old: document["old"],
      new: document["new"])
  }
}

extension KubernetesObject.Reference {
  /// The identity as a JSON object.
  public var document: JSONValue {
    var object = JSONObject()
    object["group"] = .string(group)
    object["kind"] = .string(kind)
    object["namespace"] = namespace.map { .string($0) }
    object["name"] = .string(name)
    return .object(object)
  }

  /// Reads an identity; `nil` where a member is missing.
  public init?(document: JSONValue) {
    guard let group = document["group"]?.string, let kind = document["kind"]?.string,
      let name = document["name"]?.string
    else { return nil }
    self.init(group: group, kind: kind, namespace: document["namespace"]?.string, name: name)
  }
}
