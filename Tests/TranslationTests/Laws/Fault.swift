import Documents

/// A fault of the translation, as a change of what it reads: NSX is asked about
/// the estate as it was, and the comparison must find the difference.
enum Fault: String, CaseIterable, Sendable {
  case rulesInSwappedOrder, policiesInSwappedOrder, wrongTier, wrongAction
  case peerWidened, peerNarrowed, halfOfDirectionLost, directionTurned
  case negationIgnored, familyIgnored, disabledIgnored, spanIgnored
  case policyScopeIgnored, ruleScopeIgnored, ruleScopeUsedBesidePolicyScope
  case jumpIgnored, jumpAllows
  case serviceIgnored, serviceEntryLost, nestedServiceLost, inlineEntryLost
  case portLost, rangeEndLost, rangeEndMoved, sourcePortLost, transportSwapped
  case icmpTypeLost, icmpCodeLost, icmpFamilySwapped
  case selectorEmptied, conditionLost, andTakenForOr, orTakenForAnd
  case comparisonTurned, valueLost, existenceIgnored, nestedGroupLost
  case addressLost, addressRangeShortened, prefixWidened, resolvedMemberLost, excludedPartLost
  case defaultRuleLost, defaultRuleFirst, defaultRuleTurned, defaultRuleWithoutScope
  case ruleLost, policyLost

  /// The estate as a translation with the fault would read it.
  ///
  /// - Returns: `nil` where the estate has nothing of the kind.
  func applied(to estate: Estate, _ dice: inout Dice) -> Estate? {
    switch self {
    case .rulesInSwappedOrder, .ruleLost, .jumpIgnored, .jumpAllows, .wrongAction, .peerWidened,
      .peerNarrowed, .halfOfDirectionLost, .directionTurned, .negationIgnored, .familyIgnored,
      .disabledIgnored, .ruleScopeIgnored, .serviceIgnored, .inlineEntryLost, .excludedPartLost,
      .addressLost:
      return onRule(estate, &dice)
    case .policiesInSwappedOrder, .wrongTier, .policyScopeIgnored, .ruleScopeUsedBesidePolicyScope,
      .spanIgnored, .defaultRuleLost, .defaultRuleFirst, .defaultRuleTurned,
      .defaultRuleWithoutScope, .policyLost:
      return onPolicy(estate, &dice)
    case .resolvedMemberLost:
      guard let path = estate.memberIPs.keys.sorted().first(where: { estate.isUsed($0) }),
        let members = estate.memberIPs[path], members.count > 1
      else { return nil }
      var result = estate
      result.memberIPs[path] = Array(members.dropLast())
      return result
    default: return onPart(estate, &dice)
    }
  }
}

extension Estate {
  /// Whether a rule may need an object at a path.
  func isUsed(_ path: String) -> Bool {
    policies.contains { String(decoding: JSONWriter.compact($0), as: UTF8.self).contains(path) }
  }
}

/// One value somewhere in a document, and what it becomes.
extension JSONValue {
  /// The document with one of the values that `change` changes changed, chosen
  /// by chance.
  ///
  /// - Parameter change: gives what a value becomes, or `nil` to leave it.
  /// - Returns: `nil` where nothing is changed.
  func changed(_ dice: inout Dice, _ change: (JSONValue) -> JSONValue?) -> JSONValue? {
    var places = 0
    _ = visited(&places, nil, change)
    if places == 0 { return nil }
    let chosen = dice.below(places)
    places = 0
    return visited(&places, chosen, change)
  }

  private func visited(
    _ places: inout Int, _ chosen: Int?, _ change: (JSONValue) -> JSONValue?
  ) -> JSONValue {
    if let other = change(self) {
      places += 1
      if places - 1 == chosen { return other }
    }
    switch self {
    case .array(let list): return .array(list.map { $0.visited(&places, chosen, change) })
    case .object(var object):
      for member in object.members {
        object[member.key] = member.value.visited(&places, chosen, change)
      }
      return .object(object)
    default: return self
    }
  }

  /// The object with other members; `nil` takes one away.
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var object) = self else { return self }
    object[key] = value
    return .object(object)
  }
}
