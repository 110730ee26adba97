import NSXModel

/// What the elements of a group's expression are, and how they are joined.
struct ExpressionForm {
  /// The kinds of members that are read here.
  private static let kubernetesTypes: Set<String> = ["Pod", "Namespace", "Service"]
  /// The kinds of members that are certainly no pods.
  private static let machineTypes: Set<String> = [
    "VirtualMachine", "Segment", "SegmentPort", "BareMetalServer",
  ]
  /// An element whose members may have no address that NSX knows.
  static let macAddresses = "MACAddressExpression"
  /// Elements without conditions whose members have addresses that NSX resolves.
  private static let resolvedKinds: Set<String> = [macAddresses, "ExternalIDExpression"]

  let snapshot: NSXSnapshot

  /// Whether a path is a group's; segments and ports are paths as well.
  func isGroup(_ path: String) -> Bool {
    path.contains("/groups/") || snapshot.groups[path] != nil
  }

  /// The kinds whose members may be anything, so that the resolved addresses
  /// may lack some.
  func unknownKinds(_ expression: [Expression]) -> [String] {
    expression.flatMap { operand -> [String] in
      switch operand {
      case .unknown(let kind): Self.resolvedKinds.contains(kind) ? [] : [kind]
      case .nested(let inner): unknownKinds(inner)
      default: []
      }
    }
  }

  /// Whether an operand is of a kind that only NSX can resolve.
  func isGeneric(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition): !Self.kubernetesTypes.contains(condition.memberType)
      case .nested(let inner): isGeneric(inner)
      case .paths(let paths): !paths.allSatisfy(isGroup)
      case .unknown: true
      case .addresses, .conjunction: false
      }
    }
  }

  /// Whether an operand has members that are read here: Kubernetes objects,
  /// groups or addresses. NSX resolves its own addresses as well, but a list
  /// from elsewhere may lack them, and a deny would then miss them.
  func hasOwnMembers(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition): Self.kubernetesTypes.contains(condition.memberType)
      case .nested(let inner): hasOwnMembers(inner)
      case .paths(let paths): paths.contains(where: isGroup)
      case .addresses: true
      case .unknown, .conjunction: false
      }
    }
  }

  /// Whether the members may be addresses of the cluster's own pods.
  func namesKubernetes(_ expression: [Expression]) -> Bool {
    expression.contains { operand in
      switch operand {
      case .condition(let condition): !Self.machineTypes.contains(condition.memberType)
      case .nested(let inner): namesKubernetes(inner)
      case .paths, .addresses, .unknown: true
      case .conjunction: false
      }
    }
  }

  /// An expression as an OR of AND-runs, without nested expressions: each run
  /// has operands that all must hold.
  ///
  /// - Throws: `malformed-expression` where operands and conjunctions do not
  ///   alternate; `selector-bound`.
  func runs(_ expression: [Expression]) throws(Problem) -> [[Expression]] {
    var result: [[Expression]] = []
    for run in try outerRuns(expression) {
      var alternatives: [[Expression]] = [[]]
      for operand in run {
        let choices: [[Expression]] =
          if case .nested(let inner) = operand { try runs(inner) } else { [[operand]] }
        if choices.count == 1 {
          for index in alternatives.indices { alternatives[index] += choices[0] }
          continue
        }
        if choices.isEmpty { throw Self.malformed }
        if alternatives.count * choices.count > GroupResolver.maximumTerms {
          throw Problem(.selectorBound, "its criteria have too many combinations")
        }
        alternatives = alternatives.flatMap { first in choices.map { first + $0 } }
      }
      result += alternatives
    }
    return result
  }

  private static let malformed = Problem(
    .malformedExpression, "operands and conjunctions do not alternate")

  private func outerRuns(_ expression: [Expression]) throws(Problem) -> [[Expression]] {
    if expression.isEmpty { return [] }
    var runs: [[Expression]] = []
    var run: [Expression] = []
    for (index, element) in expression.enumerated() {
      if index % 2 == 0 {
        if case .conjunction = element { throw Self.malformed }
        run.append(element)
      } else {
        switch element {
        case .conjunction(.and): continue
        case .conjunction(.or):
          runs.append(run)
          run = []
        default: throw Self.malformed
        }
      }
    }
    if expression.count % 2 == 0 { throw Self.malformed }
    return runs + [run]
  }
}
