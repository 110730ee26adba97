import AntreaModel

/// A step with what it changes about flows.
struct OrderNode {
  var step: PlanStep
  var effects: [FlowEffect] = []
  /// Groups that rules begin to name with this step, their children included.
  var joined: Set<KubernetesObject.Reference> = []
  /// Groups that rules end to name with this step, their children included.
  var left: Set<KubernetesObject.Reference> = []

  /// The object that the step is about: for a temporary one the one it stands for.
  var object: KubernetesObject.Reference { step.standsFor ?? step.reference }

  /// Whether rules begin and end to match with this step.
  var isMixed: Bool { effects.contains(where: \.adds) && effects.contains { !$0.adds } }
}

/// Which objects are not changed in place.
struct OrderMeans: Hashable {
  /// Policies whose old version stays behind the new one for a while.
  var split: Set<KubernetesObject.Reference> = []
  /// Groups that have old and new members for a while.
  var widened: Set<KubernetesObject.Reference> = []
  /// Groups that a copy stands for while they change.
  var copied: Set<KubernetesObject.Reference> = []
}
