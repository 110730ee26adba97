import AntreaModel
import Testing

@testable import Translation

/// The algebra of peers against membership of single endpoints.
@Suite struct PeerSelectionTests {
  /// An address, and who has it.
  private struct Owner {
    var address: IPAddress
    var pod: ModelPod?

    func isIn(_ set: PeerSelection, isNode: Bool) -> Bool {
      set.addresses.contains(address) || pod.map { $0.isIn(set.pods) } == true
        || (isNode && set.hasNodes)
    }
  }

  private static let networks = [
    "10.244.0.0/16", "10.244.0.0/17", "10.244.0.4/32", "10.1.0.0/16", "10.1.5.0/24", "0.0.0.0/0",
    "fd00::/64", "fd00::4/128", "2001:db8::/32", "::/0", "192.0.2.1/32",
  ].compactMap { CIDR($0) }

  private static let others = [
    "10.244.0.254", "10.244.200.254", "fd00::fe", "10.1.0.1", "10.1.5.1", "10.9.9.9",
    "192.0.2.1", "2001:db8::1", "2a00::1",
  ].map { Owner(address: address($0)) }

  private func owners(_ random: inout SeededGenerator) -> [Owner] {
    var list = Self.others
    for index in 0..<12 {
      let pod = ModelPod.all.randomElement(using: &random)
      list.append(Owner(address: address("10.244.0.\(index)"), pod: pod))
      list.append(Owner(address: address("fd00::\(index)"), pod: pod))
      list.append(Owner(address: address("10.244.200.\(index)"), pod: pod))
    }
    return list
  }

  @Test(arguments: [true, false]) func operationsDoWhatTheySay(knowsPods: Bool) throws {
    let pods = ["10.244.0.0/16", "fd00::/64"].compactMap { CIDR($0) }
    let target = ClusterTarget(
      name: "x", selection: .controlPlane("x"), podNetworks: knowsPods ? pods : nil)
    let universe = PeerUniverse(target, family: nil)
    var told = 0
    var open = 0
    for seed in LawSetting.seeds(1...60) {
      var generator = SetGenerator(random: SeededGenerator(state: seed &* 3))
      let owners = owners(&generator.random)
      for _ in 0..<8 {
        var budget = SelectorBudget()
        let a = try set(&generator, universe, &budget)
        let b = try set(&generator, universe, &budget)
        let isDisjoint = a.isDisjoint(from: b)
        let results = [
          try? a.subtracting(b, &budget), try? a.intersection(b, &budget),
          try a.union(b, &budget),
        ]
        told += results.compactMap(\.self).count
        open += results.count - results.compactMap(\.self).count
        for owner in owners {
          let isNode = owner.pod == nil && universe.podNetworks?.contains(owner.address) != false
          let (inA, inB) = (owner.isIn(a, isNode: isNode), owner.isIn(b, isNode: isNode))
          var isRight = !(isDisjoint && inA && inB)
          for (result, expected) in zip(results, [inA && !inB, inA && inB, inA || inB])
          where (result.map { owner.isIn($0, isNode: isNode) } ?? expected) != expected {
            isRight = false
          }
          if isRight { continue }
          Issue.record("seed \(seed) \(owner): \(a.text) and \(b.text)")
          return
        }
      }
    }
    #expect(told > open && open > 0, "\(told) told, \(open) open")
  }

  private func set(
    _ generator: inout SetGenerator, _ universe: PeerUniverse, _ budget: inout SelectorBudget
  ) throws -> PeerSelection {
    if generator.below(5) == 0 { return .everything(universe) }
    let networks = (0..<generator.below(3)).map { _ in
      AddressRange(Self.networks[generator.below(Self.networks.count)])
    }
    let set = PeerSelection(
      universe, pods: generator.below(3) == 0 ? .nothing : try generator.set(&budget),
      addresses: AddressSet(networks))
    if generator.below(4) > 0 { return set }
    return (try? PeerSelection.everything(universe).subtracting(set, &budget)) ?? set
  }

  @Test func addressesOfMachinesAreNoPods() throws {
    let target = ClusterTarget(name: "x", selection: .controlPlane("x"))
    let universe = PeerUniverse(target, family: nil)
    let machine = AddressSet([try #require(AddressRange("10.3.0.1"))])
    var budget = SelectorBudget()
    let machines = PeerSelection(universe, pods: .nothing, addresses: machine, outside: machine)
    let pods = PeerSelection(universe, pods: .everyPod, addresses: AddressSet([]))
    #expect(machines.isDisjoint(from: pods))
    #expect(try pods.subtracting(machines, &budget) == pods)
    let unknown = PeerSelection(universe, pods: .nothing, addresses: machine)
    #expect(!unknown.isDisjoint(from: pods))
    #expect(throws: Problem.self) { try pods.subtracting(unknown, &budget) }
  }
}

extension PeerSelection {
  fileprivate var text: String {
    "\(pods.terms.map(\.key)) \(addresses.networks) \(hasNodes ? "nodes" : "")"
  }
}
