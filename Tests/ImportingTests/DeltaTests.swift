import AntreaModel
import Documents
import Importing
import Testing

/// Numbers, differences and transactions of an import.
@Suite struct DeltaTests {
  private static let spec: JSONValue = [
    "podSelector": [:], "ingress": [["from": [["podSelector": [:]]]]],
  ]

  private func taken(_ names: String...) throws -> Import {
    try Import(names.map { networkPolicy($0, Self.spec) })
  }

  /// What NSX holds after an import.
  private func state(_ delta: ImportDelta) -> [JSONValue] {
    ImportSnapshot.document(delta.policies, scope: testScope)["objects"]?.array ?? []
  }

  private func other(_ number: Int64) -> JSONValue {
    [
      "resource_type": "SecurityPolicy", "path": "/infra/domains/default/security-policies/other",
      "category": "Application", "sequence_number": .integer(number),
    ]
  }

  private func numbers(_ delta: ImportDelta, _ part: String) -> [Int64] {
    delta.policies.flatMap(\.sections).map(\.policy).filter { $0.path.hasSuffix(part) }
      .compactMap { $0.document["sequence_number"]?.integer }
  }

  @Test func comesAfterWhatIsThereAndKeepsItsPlaces() throws {
    let first = try taken("a", "b").delta([other(700)])
    #expect(numbers(first, "allow").allSatisfy { $0 > 700 })
    #expect((numbers(first, "allow").max() ?? 0) < (numbers(first, "drop").min() ?? 0))
    // One more keeps before the drops that are there.
    let second = try taken("a", "b", "c").delta(state(first) + [other(700)])
    #expect(numbers(second, "allow").prefix(2) == numbers(first, "allow").prefix(2))
    #expect(Set(numbers(second, "allow") + numbers(second, "drop")).count == 6)
    #expect((numbers(second, "allow").max() ?? 0) < (numbers(second, "drop").min() ?? 0))
    #expect(second.steps.allSatisfy { $0.action == .create || $0.action == .unchanged })
  }

  @Test func refusesWhereThereIsNoRoom() throws {
    let policies = try taken("a", "b").policies
    #expect(throws: ImportError.noRoom(999_999...999_999)) {
      try ImportDelta(
        policies, in: NSXState([other(999_999)]), scope: testScope,
        stale: .init(namespaces: nil, kept: []))
    }
    let tight = try ImportDelta(
      policies, in: NSXState([]), scope: testScope, stale: .init(namespaces: nil, kept: []),
      range: 10...13)
    #expect(Set(numbers(tight, "allow") + numbers(tight, "drop")) == [10, 11, 12, 13])
  }

  @Test func findsWhatDiffersAndNothingElse() throws {
    let import1 = try taken("a")
    let delta = try import1.delta()
    #expect(try import1.delta(state(delta)).isEmpty)
    let altered = state(delta).map { object -> JSONValue in
      guard object["resource_type"] == "Group", var group = object.object else { return object }
      // What NSX adds makes no difference, a lost condition does.
      group["unique_id"] = "u"
      if (group["id"]?.string ?? "").hasSuffix("from-0") { group["expression"] = [] }
      return .object(group)
    }
    let changes = try import1.delta(altered).steps.filter { $0.action != .unchanged }
    #expect(changes.map(\.changed) == [["expression"]])
  }

  @Test func takesAwayOnlyWhatIsMeant() throws {
    let both = try taken("a", "b").delta()
    let one = try taken("a")
    func gone(_ stale: ImportDelta.Stale, _ objects: [JSONValue]) throws -> Int {
      try one.delta(objects, stale: stale).count(.delete)
    }
    let objects = state(both)
    #expect(try gone(.init(namespaces: nil, kept: []), objects) == 4)
    #expect(try gone(.init(namespaces: ["pay"], kept: []), objects) == 0)
    #expect(try gone(.init(namespaces: nil, kept: ["uid-shop-b"]), objects) == 0)
    let migrated = objects.map {
      $0["resource_type"] == "SecurityPolicy" ? ImportTags.migrated($0) : $0
    }
    #expect(try gone(.init(namespaces: nil, kept: []), migrated) == 0)
  }

  @Test func everyAllowIsWrittenBeforeAnyNewDrop() throws {
    let delta = try taken("a", "b", "c").delta()
    for size in 1...40 {
      let batches = ImportBatches(delta.steps, domain: testScope.domain, size: size).batches
      let order = batches.flatMap(\.steps).map(\.object.path)
      #expect(Set(order) == Set(delta.steps.map(\.object.path)))
      let firstDrop = order.firstIndex { $0.contains("-drop") } ?? 0
      let lastAllow = order.lastIndex { $0.contains("-allow") } ?? 0
      #expect(batches.count == 1 || lastAllow < firstDrop, "size \(size)")
    }
  }

  @Test func aRunThatStopsAnywhereConverges() throws {
    let wanted = try taken("a", "b", "c")
    let delta = try wanted.delta()
    let batches = ImportBatches(delta.steps, domain: testScope.domain, size: 3).batches
    #expect(batches.count > 3)
    for count in 0...batches.count {
      let written = Set(batches.prefix(count).flatMap(\.steps).map(\.object.path))
      let partial = state(delta).compactMap { object -> JSONValue? in
        guard written.contains(object["path"]?.string ?? "") else { return nil }
        guard var policy = object.object, let rules = object["rules"]?.array else { return object }
        policy["rules"] = .array(rules.filter { written.contains($0["path"]?.string ?? "") })
        return .object(policy)
      }
      let rest = try wanted.delta(partial)
      #expect(rest.conflicts.isEmpty && rest.count(.delete) == 0)
      let open = Set(rest.steps.filter { $0.action == .create }.map(\.object.path))
      #expect(open.union(written) == Set(delta.steps.map(\.object.path)))
      #expect(rest.steps.allSatisfy { $0.action != .update }, "after \(count) requests")
    }
  }

  @Test func refusesOthersObjects() throws {
    let wanted = try taken("a")
    let path = try #require(wanted.policies.first?.drop?.policy.path)
    let theirs: JSONValue = ["resource_type": "SecurityPolicy", "path": .string(path)]
    #expect(
      try wanted.delta([theirs]).conflicts == [ImportConflict(path: path, reason: .foreign)])
  }

  @Test func otherPoliciesMayComeAnywhereLater() throws {
    let first = try taken("a").delta()
    for number: Int64 in [1, 600_000, 999_999] {
      // What is there keeps its place.
      let again = try taken("a").delta(state(first) + [other(number)])
      #expect(again.isEmpty, "\(number)")
      // What is new finds one, and every allow stays before every drop.
      let more = try taken("a", "b").delta(state(first) + [other(number)])
      #expect((numbers(more, "allow").max() ?? 0) < (numbers(more, "drop").min() ?? 0))
      #expect(Set(numbers(more, "allow") + numbers(more, "drop")).count == 4, "\(number)")
    }
  }

  @Test func aDropThatWasMovedGoesBackBehindTheAllows() throws {
    let wanted = try taken("a")
    let delta = try wanted.delta()
    let moved = state(delta).map { object -> JSONValue in
      guard var policy = object.object, (policy["id"]?.string ?? "").hasSuffix("-drop") else {
        return object
      }
      policy["sequence_number"] = 0
      return .object(policy)
    }
    let next = try wanted.delta(moved)
    #expect((numbers(next, "allow").max() ?? 0) < (numbers(next, "drop").min() ?? 0))
    #expect(next.steps.filter { $0.action == .update }.map(\.changed) == [["sequence_number"]])
  }

  @Test func whatOthersSetStays() throws {
    let wanted = try taken("a")
    let edited = state(try wanted.delta()).map { object -> JSONValue in
      guard object["resource_type"] == "SecurityPolicy", var policy = object.object else {
        return object
      }
      policy["tags"] = .array(
        [["scope": "owner", "tag": "team-a"]] + (policy["tags"]?.array ?? []))
      policy["comments"] = "ours now"
      policy["_last_modified_user"] = "admin"
      policy["category"] = "Environment"
      return .object(policy)
    }
    let update = try #require(
      try wanted.delta(edited).steps.first { $0.action == .update && $0.object.type == .policy })
    #expect(update.changed == ["category"])
    #expect(update.object.document["category"] == "Application")
    #expect(update.object.document["comments"] == "ours now")
    #expect(update.object.document["_last_modified_user"] == nil)
    #expect(
      update.object.document["tags"]?.array?.contains(["scope": "owner", "tag": "team-a"]) == true)
  }

  @Test func aCopyOfAnImportIsSomebodyElses() throws {
    let both = try taken("a", "b").delta()
    let copies = state(both).compactMap { object -> JSONValue? in
      guard object["resource_type"] == "SecurityPolicy", var policy = object.object else {
        return nil
      }
      policy["path"] = "/infra/domains/default/security-policies/copy-of-it"
      return .object(policy)
    }
    #expect(try taken("a").delta(copies).count(.delete) == 0)
  }

  @Test func theMarkOfAGivenUpOriginalGoesWhereItIsThere() throws {
    let wanted = try taken("a")
    let marked = state(try wanted.delta()).map {
      $0["resource_type"] == "SecurityPolicy" ? ImportTags.migrated($0) : $0
    }
    let updates = try wanted.delta(marked).steps.filter { $0.action == .update }
    #expect(updates.map(\.changed) == [["tags"], ["tags"]])
    // Another one of the name, beside what is kept of the first, is a conflict.
    let reborn = try Import([networkPolicy("a", uid: "other", Self.spec)])
    #expect(!(try reborn.delta(marked).conflicts.isEmpty))
  }

  @Test func aSpanToAnotherControlPlaneIsReplaced() throws {
    let wanted = try taken("a")
    let elsewhere = state(try wanted.delta()).map { object -> JSONValue in
      guard object["resource_type"] == "SecurityPolicyContainerCluster", var span = object.object
      else { return object }
      span["container_cluster_path"] = "/infra/sites/default/old"
      return .object(span)
    }
    let spans = try wanted.delta(elsewhere).steps.filter { $0.object.type == .span }
    #expect(spans.map(\.action) == [.delete, .create, .delete, .create])
    #expect(Set(spans.map(\.object.path)).count == 4)
  }
}
